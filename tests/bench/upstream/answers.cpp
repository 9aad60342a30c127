#include "tests/bench/upstream/answers.hpp"

#include <array>
#include <cstdio>

namespace abv::bench {
namespace {

constexpr std::string_view kText =
    "I read the file and found the cause: `flush()` returns before the last block is on disk.\\n\\n"
    "```cpp\\nif (!writer.flush()) {\\n  return Error{\\\"short write\\\"};\\n}\\n```\\n\\nThe "
    "test "
    "\\\"keeps the tail\\\" fails for the same reason, so one change mends both. Shall I apply it?";

constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    "cache-control: no-cache\r\nx-request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n";

// Pieces of text of the sizes that models send, in turn.
constexpr std::array<std::string_view, 6> kPieces = {
    "The", " writer", " keeps\\n", " \\\"tail\\\"", " bytes", " until the next block is full,"};

std::string_view piece(std::size_t index) {
  return kPieces[index % kPieces.size()];
}

std::string whole_json(Dialect dialect) {
  const std::string text(kText);
  if (dialect == Dialect::kOpenai) {
    return R"({"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,)"
           R"("model":"bench-1","choices":[{"index":0,"message":{"role":"assistant","content":")" +
           text +
           R"(","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],)"
           R"("usage":{"prompt_tokens":31250,"completion_tokens":96,"total_tokens":31346,)"
           R"("prompt_tokens_details":{"cached_tokens":30720},)"
           R"("completion_tokens_details":{"reasoning_tokens":0}},)"
           R"("system_fingerprint":"fp_bench"})";
  }
  if (dialect == Dialect::kClaude) {
    return R"({"id":"msg_bench","type":"message","role":"assistant","model":"bench-1",)"
           R"("content":[{"type":"text","text":")" +
           text +
           R"("}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":530,)"
           R"("cache_creation_input_tokens":0,"cache_read_input_tokens":30720,)"
           R"("output_tokens":96,"service_tier":"standard"}})";
  }
  return R"({"candidates":[{"content":{"parts":[{"text":")" + text +
         R"("}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":)"
         R"({"promptTokenCount":31250,"candidatesTokenCount":96,"totalTokenCount":31346},)"
         R"("modelVersion":"bench-1","responseId":"bench"})";
}

std::string openai_event(std::size_t index, std::size_t events) {
  if (index + 1 == events) return "data: [DONE]\n\n";
  const std::string open =
      R"(data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,)"
      R"("model":"bench-1","system_fingerprint":"fp_bench","choices":[)";
  const std::string usage = R"(,"usage":null})";
  if (index + 2 == events) {
    return open + R"(],"usage":{"prompt_tokens":31250,"completion_tokens":96,)" +
           R"("total_tokens":31346,"prompt_tokens_details":{"cached_tokens":30720}}})" + "\n\n";
  }
  std::string delta = R"({"content":")" + std::string(piece(index)) + R"("})";
  if (index == 0) delta = R"({"role":"assistant","content":"","refusal":null})";
  const bool is_finish = index + 3 == events;
  if (is_finish) delta = "{}";
  return open + R"({"index":0,"delta":)" + delta + R"(,"logprobs":null,"finish_reason":)" +
         (is_finish ? R"("stop")" : "null") + "}]" + usage + "\n\n";
}

std::string claude_frame(std::string_view type, std::string_view rest) {
  std::string frame = "event: ";
  frame += type;
  frame += "\ndata: {\"type\":\"";
  frame += type;
  frame += '"';
  frame += rest;
  return frame + "}\n\n";
}

std::string claude_event(std::size_t index, std::size_t events) {
  if (index == 0) {
    return claude_frame(
        "message_start",
        R"(,"message":{"id":"msg_bench","type":"message","role":"assistant","model":"bench-1",)"
        R"("content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":530,)"
        R"("cache_creation_input_tokens":0,"cache_read_input_tokens":30720,"output_tokens":1}})");
  }
  if (index == 1) {
    return claude_frame("content_block_start",
                        R"(,"index":0,"content_block":{"type":"text","text":""})");
  }
  if (index + 3 == events) return claude_frame("content_block_stop", R"(,"index":0)");
  if (index + 2 == events) {
    return claude_frame("message_delta",
                        R"(,"delta":{"stop_reason":"end_turn","stop_sequence":null},)"
                        R"("usage":{"output_tokens":96})");
  }
  if (index + 1 == events) return claude_frame("message_stop", "");
  return claude_frame("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":")" +
                                                 std::string(piece(index)) + R"("})");
}

std::string gemini_event(std::size_t index, std::size_t events) {
  const bool is_last = index + 1 == events;
  return R"(data: {"candidates": [{"content": {"parts": [{"text": ")" + std::string(piece(index)) +
         R"("}],"role": "model"})" + (is_last ? R"(,"finishReason": "STOP")" : "") +
         R"(,"index": 0}],"usageMetadata": {"promptTokenCount": 31250,)" +
         (is_last ? R"("candidatesTokenCount": 96,)" : "") +
         R"("totalTokenCount": 31346},"modelVersion": "bench-1","responseId": "bench"})" +
         "\r\n\r\n";
}

std::string event_text(Dialect dialect, std::size_t index, std::size_t events) {
  if (dialect == Dialect::kClaude) return claude_event(index, events);
  if (dialect == Dialect::kGemini) return gemini_event(index, events);
  return openai_event(index, events);
}

void append_chunk(std::string& wire, std::string_view payload) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", payload.size());
  wire += size.data();
  wire += payload;
  wire += "\r\n";
}

StreamScript make_stream(Dialect dialect, std::size_t events) {
  StreamScript script;
  script.wire = kStreamHead;
  script.ends.reserve(events);
  for (std::size_t i = 0; i < events; ++i) {
    append_chunk(script.wire, event_text(dialect, i, events));
    if (i + 1 == events) script.wire += "0\r\n\r\n";
    script.ends.push_back(script.wire.size());
  }
  return script;
}

}  // namespace

Answers::Answers()
    : models_(plain_answer(
          "200 OK", R"({"object":"list","data":[{"id":"bench-1","object":"model","type":"model",)"
                    R"("display_name":"bench-1"}],"has_more":false,"models":[{"name":)"
                    R"("models/bench-1","displayName":"bench-1"}]})")) {
  for (const Dialect dialect : {Dialect::kOpenai, Dialect::kClaude, Dialect::kGemini}) {
    whole_[dialect] = plain_answer("200 OK", whole_json(dialect));
  }
}

std::string_view Answers::whole(Dialect dialect) const {
  return whole_.at(dialect);
}

const StreamScript& Answers::stream(Dialect dialect, std::size_t events) {
  StreamScript& script = streams_[{dialect, events}];
  if (script.ends.empty()) script = make_stream(dialect, events);
  return script;
}

std::string plain_answer(std::string_view status, std::string_view json) {
  std::string answer = "HTTP/1.1 ";
  answer += status;
  answer += "\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\ncontent-length: ";
  answer += std::to_string(json.size());
  answer += "\r\n\r\n";
  answer += json;
  return answer;
}

}  // namespace abv::bench
