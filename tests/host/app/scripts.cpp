#include "tests/host/app/scripts.hpp"

#include <numeric>
#include <utility>

namespace abv::test {
namespace {

bool asks_for_stream(const FakeRequest& request) {
  return request.body.find(R"("stream":true)") != std::string::npos ||
         request.target.find(":streamGenerateContent") != std::string::npos;
}

std::string_view claude_error_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 503:
      return "overloaded_error";
    case 504:
      return "timeout_error";
    default:
      return status < 500 ? "invalid_request_error" : "api_error";
  }
}

}  // namespace

std::string Wire::stream() const {
  return std::accumulate(frames.begin(), frames.end(), std::string());
}

std::ostream& operator<<(std::ostream& out, const Wire& wire) {
  return out << wire.dialect;
}

Wire openai_wire() {
  Wire wire;
  wire.dialect = "openai-chat";
  wire.path = wire.stream_path = "/v1/chat/completions";
  wire.body = R"({"model":"some-model","messages":[{"role":"user","content":"hi"}]})";
  wire.stream_body =
      R"({"model":"some-model","stream":true,"messages":[{"role":"user","content":"hi"}]})";
  wire.answer =
      R"({ "id":"c1", "object":"chat.completion","model":"some-model","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],)"
      R"("usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,)"
      R"("prompt_tokens_details":{"cached_tokens":3}}})";
  const std::string head =
      R"(data: {"id":"c1","object":"chat.completion.chunk","model":"some-model",)";
  wire.frames = {
      head + R"("choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})" + "\n\n",
      head + R"("choices":[{"index":0,"delta":{"content":"hel"}}]})" + "\n\n",
      head + R"("choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]})" + "\n\n",
      head + R"("choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,)"
             R"("prompt_tokens_details":{"cached_tokens":3}}})"
             "\n\n",
      "data: [DONE]\n\n"};
  wire.wrong_method_path = "/v1/embeddings";
  wire.unknown_path = "/v1/chat/nowhere";
  return wire;
}

Wire claude_wire() {
  Wire wire;
  wire.dialect = "claude-messages";
  wire.path = wire.stream_path = "/v1/messages";
  wire.body =
      R"({"model":"some-model","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";
  wire.stream_body = R"({"model":"some-model","max_tokens":9,"stream":true,)"
                     R"("messages":[{"role":"user","content":"hi"}]})";
  wire.answer =
      R"({ "id":"m1", "type":"message","role":"assistant","model":"some-model",)"
      R"("content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","stop_sequence":null,)"
      R"("usage":{"input_tokens":8,"cache_read_input_tokens":3,"output_tokens":5}})";
  const auto frame = [](const std::string& type, const std::string& rest) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
  };
  wire.frames = {
      frame("message_start",
            R"(,"message":{"id":"m1","type":"message","role":"assistant","model":"some-model",)"
            R"("content":[],"stop_reason":null,"stop_sequence":null,)"
            R"("usage":{"input_tokens":8,"cache_read_input_tokens":3,"output_tokens":1}})"),
      frame("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})"),
      frame("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":"hello"})"),
      frame("content_block_stop", R"(,"index":0)"),
      frame("message_delta", R"(,"delta":{"stop_reason":"end_turn","stop_sequence":null},)"
                             R"("usage":{"output_tokens":5})"),
      frame("message_stop", "")};
  wire.wrong_method_path = "/v1/messages/count_tokens";
  wire.unknown_path = "/v1/messages/nowhere/at/all";
  return wire;
}

Wire gemini_wire() {
  Wire wire;
  wire.dialect = "gemini";
  wire.path = "/v1beta/models/some-model:generateContent";
  wire.stream_path = "/v1beta/models/some-model:streamGenerateContent?alt=sse";
  wire.body = wire.stream_body = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";
  const std::string usage = R"("usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":5,)"
                            R"("totalTokenCount":16,"cachedContentTokenCount":3})";
  wire.answer = R"({ "candidates":[{"content":{"role":"model","parts":[{"text":"hello"}]},)"
                R"("finishReason":"STOP","index":0}],)" +
                usage + "}";
  wire.frames = {
      "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hel\"}]},"
      "\"index\":0}]}\r\n\r\n",
      "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"lo\"}]},"
      "\"finishReason\":\"STOP\",\"index\":0}]," +
          usage + "}\r\n\r\n"};
  wire.wrong_method_path = "/v1beta/models/some-model:countTokens";
  wire.unknown_path = "/v1beta/nowhere";
  return wire;
}

Asked ask(const Wire& wire, std::string_view model, std::string_view text, bool is_stream) {
  const std::string name(model);
  if (wire.dialect == "gemini") {
    return {"/v1beta/models/" + name +
                (is_stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
            R"({"contents":[{"role":"user","parts":[{"text":")" + std::string(text) + R"("}]}]})"};
  }
  return {wire.path,
          R"({"model":")" + name + R"(","max_tokens":9,)" + (is_stream ? R"("stream":true,)" : "") +
              R"("messages":[{"role":"user","content":")" + std::string(text) + R"("}]})"};
}

std::string error_mark(const Wire& wire, int status) {
  if (wire.dialect == "gemini") {
    return R"({"error":{"code":)" + std::to_string(status) + ",";
  }
  if (wire.dialect == "claude-messages") {
    return R"({"type":"error","error":{"type":")" + std::string(claude_error_type(status)) + "\"";
  }
  return R"("type":")" + std::string(status < 500 ? "invalid_request_error" : "server_error") +
         R"(","param":)";
}

FakeServer::Handler always(std::string bytes) {
  return [bytes = std::move(bytes)](FakeConnection& connection, const FakeRequest&) {
    connection.send(bytes);
  };
}

FakeServer::Handler speaks(Wire wire) {
  return [wire = std::move(wire)](FakeConnection& connection, const FakeRequest& request) {
    connection.send(asks_for_stream(request) ? whole_stream(wire.frames)
                                             : json_answer(wire.answer));
  };
}

FakeServer::Handler gives_back() {
  return [](FakeConnection& connection, const FakeRequest& request) {
    connection.send(asks_for_stream(request) ? whole_stream({"data: " + request.body + "\n\n"})
                                             : json_answer(request.body));
  };
}

std::string whole_stream(const std::vector<std::string>& frames) {
  return std::accumulate(frames.begin(), frames.end(), sse_head(),
                         [](std::string text, const std::string& frame) {
                           return std::move(text) + chunk(frame);
                         }) +
         last_chunk();
}

}  // namespace abv::test
