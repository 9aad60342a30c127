#include "abv/sdk/json.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

std::vector<Recorded> answer(const std::string& id) {
  return {start(id, "m"),
          reasoning(0, "think "),
          reasoning(0, "more"),
          signature(0, "sig"),
          text(1, "Hel"),
          text(1, "lo\n\"you\""),
          tool_start(2, "call_1", "get"),
          tool_start(3, "call_2", "now"),
          arguments(2, "{\"a\":"),
          arguments(2, "1}"),
          tool_end(2),
          tool_end(3),
          stop(StopReason::kTool),
          usage(10, 20, 4, 1, 5)};
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params stream{.model = "m", .request_body = R"({"stream_options":{"include_usage":true}})"};
  Params whole{.form = sdk::Form::kWhole, .model = "m"};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a chat stream has role, content, finish_reason and [DONE]", "[openai]") {
  const auto encoded = dialect.encode(
      {start("", "m"), text(0, "Hi"), stop(StopReason::kEnd), usage(1, 2)}, {.model = "m"});
  const std::string head =
      "data: {\"id\":\"chatcmpl-r1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
      "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":";

  CHECK(encoded.status == ABV_OK);
  CHECK(encoded.bytes ==
        head +
            "{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,"
            "\"finish_reason\":null}]}\n\n" +
            head + "{\"content\":\"Hi\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n" + head +
            "{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
            "data: [DONE]\n\n");
}

TEST_CASE_METHOD(Fixture, "chat counts come in a chunk of their own when asked for", "[openai]") {
  const auto encoded =
      dialect.encode({start("", "m"), usage(10, 20, 4, -1, 5), stop(StopReason::kEnd)}, stream);

  CHECK_THAT(encoded.bytes,
             Catch::Matchers::EndsWith(
                 "\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
                 "data: {\"id\":\"chatcmpl-r1\",\"object\":\"chat.completion.chunk\","
                 "\"created\":1700000000,\"model\":\"m\",\"choices\":[],\"usage\":"
                 "{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30,"
                 "\"prompt_tokens_details\":{\"cached_tokens\":4},"
                 "\"completion_tokens_details\":{\"reasoning_tokens\":5}}}\n\n"
                 "data: [DONE]\n\n"));
}

TEST_CASE_METHOD(Fixture, "a chat stream decodes to the events it was made from", "[openai]") {
  const auto encoded = dialect.encode(answer("chatcmpl-7"), stream);

  CHECK(dialect.decode(encoded.bytes).joined_lines() ==
        Lines{"start(chatcmpl-7,m)", "reasoning[0](think more)", "text[1](Hello\n\"you\")",
              "tool[2](call_1,get)", "tool[3](call_2,now)", "arguments[2]({\"a\":1})",
              "arguments[3]({})", "tool_end[2]", "tool_end[3]",
              "usage(in=10,out=20,read=4,write=1,think=5)", "stop(tool,tool_calls,)"});
}

TEST_CASE_METHOD(Fixture, "a whole chat completion decodes to the events it was made from",
                 "[openai]") {
  const auto encoded = dialect.encode(answer("chatcmpl-7"), whole);

  CHECK(dialect.decode(encoded.bytes, whole).joined_lines() ==
        Lines{"start(chatcmpl-7,m)", "reasoning[0](think more)", "text[1](Hello\n\"you\")",
              "tool[2](call_1,get)", "arguments[2]({\"a\":1})", "tool[3](call_2,now)",
              "arguments[3]({})", "tool_end[2]", "tool_end[3]",
              "usage(in=10,out=20,read=4,write=1,think=5)", "stop(tool,tool_calls,)"});
}

TEST_CASE_METHOD(Fixture, "the older completions are written as text", "[openai]") {
  stream.operation = whole.operation = "completions";
  const std::vector<Recorded> events = {start("cmpl-1", "m"), text(0, "Hi"), text(0, " you"),
                                        stop(StopReason::kLength), usage(1, 2)};
  const Lines expected = {"start(cmpl-1,m)", "text[0](Hi you)",
                          "usage(in=1,out=2,read=0,write=-1,think=0)", "stop(length,length,)"};

  CHECK(dialect.decode(dialect.encode(events, stream).bytes, stream).joined_lines() == expected);
  CHECK(dialect.decode(dialect.encode(events, whole).bytes, whole).joined_lines() == expected);
}

TEST_CASE_METHOD(Fixture, "a responses stream decodes to the events it was made from", "[openai]") {
  stream.operation = whole.operation = "responses";
  const Lines expected = {"start(resp_7,m)",
                          "reasoning[0](think more)",
                          "signature[0](sig)",
                          "text[1](Hello\n\"you\")",
                          "tool[2](call_1,get)",
                          "arguments[2]({\"a\":1})",
                          "tool_end[2]",
                          "tool[3](call_2,now)",
                          "arguments[3]({})",
                          "tool_end[3]",
                          "usage(in=10,out=20,read=4,write=1,think=5)",
                          "stop(tool,completed,)"};

  // In a stream both calls are open at once.
  const auto streamed = dialect.encode(answer("resp_7"), stream);
  CHECK(dialect.decode(streamed.bytes, stream).joined_lines() ==
        Lines{expected[0], expected[1], expected[2], expected[3], expected[4], expected[7],
              expected[5], expected[6], expected[8], expected[9], expected[10], expected[11]});
  CHECK(dialect.decode(dialect.encode(answer("resp_7"), whole).bytes, whole).joined_lines() ==
        expected);
}

TEST_CASE_METHOD(Fixture, "responses events are named, numbered and in order", "[openai]") {
  stream.operation = "responses";
  const auto encoded =
      dialect.encode({start("", "m"), text(0, "Hi"), stop(StopReason::kEnd)}, stream);
  std::vector<std::string> types;
  sdk::SseReader frames;
  frames.feed(encoded.bytes, [&](const sdk::SseFrame& frame) {
    const auto data = sdk::json::parse(frame.data);
    REQUIRE((*data)["type"].as_string() == frame.event);
    REQUIRE((*data)["sequence_number"].as_int(-1) == static_cast<std::int64_t>(types.size()));
    types.emplace_back(frame.event);
  });

  CHECK(types == Lines{"response.created", "response.in_progress", "response.output_item.added",
                       "response.content_part.added", "response.output_text.delta",
                       "response.output_text.done", "response.content_part.done",
                       "response.output_item.done", "response.completed"});
}

TEST_CASE_METHOD(Fixture, "a response that was cut short is incomplete and says why", "[openai]") {
  whole.operation = "responses";
  const auto [reason, word] = GENERATE(table<StopReason, std::string>(
      {{StopReason::kLength, "max_output_tokens"}, {StopReason::kRefusal, "content_filter"}}));

  const auto encoded = dialect.encode({start("", "m"), text(0, "x"), stop(reason)}, whole);

  CHECK_THAT(encoded.bytes, ContainsSubstring("\"status\":\"incomplete\",\"error\":null,"
                                              "\"incomplete_details\":{\"reason\":\"" +
                                              word + "\"}"));
}

TEST_CASE_METHOD(Fixture, "an error ends a chat stream without [DONE]", "[openai]") {
  const auto encoded = dialect.encode(
      {start("", "m"), text(0, "x"), error(503, "", "busy"), stop(StopReason::kEnd)}, stream);

  CHECK_THAT(encoded.bytes,
             Catch::Matchers::EndsWith("data: {\"error\":{\"message\":\"busy\",\"type\":"
                                       "\"server_error\",\"param\":null,\"code\":null}}\n\n"));
}

TEST_CASE_METHOD(Fixture, "an error ends a responses stream as response.failed", "[openai]") {
  stream.operation = "responses";

  const auto encoded = dialect.encode({start("", "m"), error(429, "", "slow")}, stream);

  CHECK(dialect.decode(encoded.bytes, stream).lines().back() ==
        "error(429,rate_limit_exceeded,slow)");
}

TEST_CASE_METHOD(Fixture, "an openai ping is a comment", "[openai]") {
  stream.operation = GENERATE("chat", "responses");

  CHECK_THAT(dialect.encode({start("", "m"), ping(), stop(StopReason::kEnd)}, stream).bytes,
             ContainsSubstring("\n\n: ping\n\ndata") || ContainsSubstring("\n\n: ping\n\nevent"));
}

TEST_CASE_METHOD(Fixture, "an openai answer without a stop never looks complete", "[openai]") {
  stream.operation = GENERATE("chat", "completions", "responses");

  const auto encoded = dialect.encode({start("", "m"), text(0, "x")}, stream);

  CHECK(encoded.status == ABV_E_INVALID);
  CHECK_THAT(encoded.bytes, !ContainsSubstring("[DONE]") && !ContainsSubstring("completed"));
}

TEST_CASE_METHOD(Fixture, "openai has no encoder for answers that are no events", "[openai]") {
  whole.operation = "embeddings";

  CHECK(dialect.encode({}, whole).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "any answer comes back from openai's wire as it was", "[openai]") {
  const auto seed = GENERATE(range(0U, 100U));
  const auto events = random_answer(seed);
  const Params responses{.operation = "responses"};
  const Params response{.form = sdk::Form::kWhole, .operation = "responses"};

  CAPTURE(seed);
  CHECK(chat_content_lines(dialect.decode(dialect.encode(events, stream).bytes, stream).events) ==
        chat_content_lines(events));
  CHECK(content_lines(dialect.decode(dialect.encode(events, responses).bytes, responses).events) ==
        content_lines(events));
  CHECK(content_lines(dialect.decode(dialect.encode(events, response).bytes, response).events) ==
        content_lines(events));
}

}  // namespace abv::tests
