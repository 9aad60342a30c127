#include "abv/sdk/signature.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"
#include "response_grammar.hpp"

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

TEST_CASE_METHOD(Fixture, "an error ends a chat stream without [DONE]", "[openai]") {
  const auto encoded = dialect.encode(
      {start("", "m"), text(0, "x"), error(503, "", "busy"), stop(StopReason::kEnd)}, stream);

  CHECK_THAT(encoded.bytes,
             Catch::Matchers::EndsWith("data: {\"error\":{\"message\":\"busy\",\"type\":"
                                       "\"server_error\",\"param\":null,\"code\":null}}\n\n"));
}

TEST_CASE_METHOD(Fixture, "an openai ping is a comment while there is no event to count",
                 "[openai]") {
  stream.operation = GENERATE("chat", "completions", "responses");

  CHECK(dialect.encode({ping(), error(503, "", "busy")}, stream)
            .bytes.starts_with(": keep-alive\n\n"));
}

TEST_CASE_METHOD(Fixture, "a ping inside of chat and completions is a comment", "[openai]") {
  stream.operation = GENERATE("chat", "completions");

  CHECK_THAT(
      dialect.encode({start("", "m"), text(0, "x"), ping(), stop(StopReason::kEnd)}, stream).bytes,
      ContainsSubstring("\n\n: keep-alive\n\ndata: {"));
}

TEST_CASE_METHOD(Fixture, "a ping leaves no trace in a whole openai answer", "[openai]") {
  whole.operation = GENERATE("chat", "completions", "responses");
  const std::vector<Recorded> silent = {start("", "m"), text(0, "x"), stop(StopReason::kEnd)};
  const std::vector<Recorded> pinged = {ping(), start("", "m"), text(0, "x"), ping(),
                                        stop(StopReason::kEnd)};

  CHECK(dialect.encode(pinged, whole).bytes == dialect.encode(silent, whole).bytes);
}

TEST_CASE_METHOD(Fixture, "an openai answer without a stop never looks complete", "[openai]") {
  stream.operation = GENERATE("chat", "completions", "responses");

  const auto encoded = dialect.encode({start("", "m"), text(0, "x")}, stream);

  CHECK(encoded.status == ABV_E_INVALID);
  CHECK_THAT(encoded.bytes, !ContainsSubstring("[DONE]") && !ContainsSubstring("completed"));
}

TEST_CASE_METHOD(Fixture, "openai has no encoder for answers that are no events", "[openai]") {
  whole.operation = "moderations";

  CHECK(dialect.encode({}, whole).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "any answer comes back from openai's wire as it was", "[openai]") {
  const auto seed = GENERATE(range(0U, 100U));
  const auto events = random_answer(seed);

  CAPTURE(seed);
  CHECK(chat_content_lines(dialect.decode(dialect.encode(events, stream).bytes, stream).events) ==
        chat_content_lines(events));
}

TEST_CASE_METHOD(Fixture, "the mark of unsigned reasoning stands where a proof would", "[openai]") {
  stream.operation = whole.operation = "responses";
  const auto mark = sdk::wrap_signature({"claude", "claude-x", true, ""});
  const std::vector<Recorded> events = {start("", "m"), reasoning(0, "Hm"), redacted(0, mark),
                                        text(1, "x"), stop(StopReason::kEnd)};
  const auto item = R"({"encrypted_content":")" + mark +
                    R"(","id":"rs_abv_r1_0","summary":[{"text":"Hm","type":"summary_text"}],)"
                    R"("type":"reasoning"})";

  CHECK(json_at(dialect.encode(events, whole).bytes, "/output/0") == item);
  CHECK(json_at(last_response_event(dialect.encode(events, stream).bytes), "/response/output/0") ==
        item);
}

}  // namespace abv::tests
