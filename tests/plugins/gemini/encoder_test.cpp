#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

const std::vector<Recorded> kAnswer = {
    start("resp9", "m"),     reasoning(0, "think"),   text(1, "Hel"),
    text(1, "lo\n\"you\""),  signature(2, "sig"),     tool_start(2, "c1", "get"),
    arguments(2, "{\"a\":"), arguments(2, "1}"),      tool_end(2),
    usage(10, 20, 4, -1, 5), stop(StopReason::kTool),
};

const Lines kAnswerLines = {"reasoning[0](think)",
                            "text[1](Hello\n\"you\")",
                            "signature[2](sig)",
                            "tool[2](c1,get)",
                            "arguments[2]({\"a\":1})",
                            "tool_end[2]",
                            "usage(in=10,out=20,read=4,write=-1,think=5)",
                            "stop(tool,STOP,)"};

Lines after_start(const Lines& lines) {
  return {lines.begin() + 1, lines.end()};
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Params events{.model = "m", .query = "alt=sse"};
  Params array{.model = "m"};
  Params whole{.form = sdk::Form::kWhole, .model = "m"};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a gemini stream has data lines alone and no [DONE]", "[gemini]") {
  const auto encoded =
      dialect.encode({start("", "m"), text(0, "Hi"), stop(StopReason::kEnd), usage(3, 4)}, events);

  CHECK(encoded.status == ABV_OK);
  CHECK(encoded.bytes ==
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}],\"role\":\"model\"},"
        "\"index\":0}],\"modelVersion\":\"m\",\"responseId\":\"r1\"}\n\n"
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},"
        "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":3,"
        "\"candidatesTokenCount\":4,\"totalTokenCount\":7},\"modelVersion\":\"m\","
        "\"responseId\":\"r1\"}\n\n");
}

TEST_CASE_METHOD(Fixture, "without alt=sse a gemini stream is one JSON array", "[gemini]") {
  const auto encoded =
      dialect.encode({start("", "m"), text(0, "a"), text(0, "b"), stop(StopReason::kEnd)}, array);

  const auto parsed = sdk::json::parse(encoded.bytes);

  REQUIRE(parsed);
  CHECK(parsed->size() == 3);
  CHECK((*parsed)[1]["candidates"][0]["content"]["parts"][0]["text"].as_string() == "b");
  CHECK((*parsed)[2]["candidates"][0]["finishReason"].as_string() == "STOP");
}

TEST_CASE_METHOD(Fixture, "a gemini stream decodes to the events it was made from", "[gemini]") {
  CHECK(after_start(dialect.decode(dialect.encode(kAnswer, events).bytes).joined_lines()) ==
        kAnswerLines);
  CHECK(after_start(dialect.decode(dialect.encode(kAnswer, array).bytes).joined_lines()) ==
        kAnswerLines);
}

TEST_CASE_METHOD(Fixture, "a whole gemini answer decodes to the events it was made from",
                 "[gemini]") {
  const auto encoded = dialect.encode(kAnswer, whole);
  auto lines = dialect.decode(encoded.bytes, whole).joined_lines();

  // The counts of a document come with its first and only chunk.
  CHECK(lines[0] == "start(resp9,m)");
  CHECK(lines[1] == kAnswerLines[6]);
  CHECK(Lines(lines.begin() + 2, lines.end() - 1) ==
        Lines(kAnswerLines.begin(), kAnswerLines.begin() + 6));
  CHECK(lines.back() == kAnswerLines[7]);
}

TEST_CASE_METHOD(Fixture, "gemini function calls carry their arguments as an object", "[gemini]") {
  const auto encoded =
      dialect.encode({start("", "m"), tool_start(0, "a", "f"), tool_start(1, "", "g"),
                      arguments(0, "{\"x\":1}"), tool_end(0), stop(StopReason::kTool)},
                     events);

  CHECK_THAT(encoded.bytes,
             ContainsSubstring(R"({"functionCall":{"id":"a","name":"f","args":{"x":1}}})"));
  CHECK_THAT(encoded.bytes, ContainsSubstring(R"({"functionCall":{"name":"g","args":{}}})"));
}

TEST_CASE_METHOD(Fixture, "a gemini call whose arguments are no object is told as malformed",
                 "[gemini]") {
  const std::vector<Recorded> cut = {start("", "m"), tool_start(0, "a", "f"),
                                     arguments(0, "{\"x\":"), stop(StopReason::kTool)};

  CHECK(dialect.decode(dialect.encode(cut, events).bytes).lines() ==
        Lines{"start(r1,m)", "stop(other,MALFORMED_FUNCTION_CALL,)"});
  CHECK(dialect.decode(dialect.encode(cut, whole).bytes, whole).lines() ==
        Lines{"start(r1,m)", "stop(other,MALFORMED_FUNCTION_CALL,)"});
}

TEST_CASE_METHOD(Fixture, "gemini's own word for a stop is kept when it fits", "[gemini]") {
  const auto [reason, word, expected] = GENERATE(table<StopReason, std::string, std::string>({
      {StopReason::kRefusal, "RECITATION", "RECITATION"},
      {StopReason::kRefusal, "content_filter", "SAFETY"},
      {StopReason::kLength, "length", "MAX_TOKENS"},
      {StopReason::kSequence, "stop_sequence", "STOP"},
      {StopReason::kOther, "", "OTHER"},
  }));

  const auto encoded = dialect.encode({start("", "m"), stop(reason, word)}, events);

  CHECK_THAT(encoded.bytes, ContainsSubstring("\"finishReason\":\"" + expected + "\""));
}

TEST_CASE_METHOD(Fixture, "an error ends a gemini stream in its form", "[gemini]") {
  const std::vector<Recorded> failing = {start("", "m"), text(0, "x"), error(503, "", "busy"),
                                         stop(StopReason::kEnd)};
  const std::string body = R"({"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}})";

  CHECK_THAT(dialect.encode(failing, events).bytes,
             Catch::Matchers::EndsWith("}\n\ndata: " + body + "\n\n"));
  CHECK_THAT(dialect.encode(failing, array).bytes,
             Catch::Matchers::EndsWith("},\r\n" + body + "]"));
  CHECK(dialect.encode({error(503, "", "busy")}, array).bytes == "[" + body + "]");
}

TEST_CASE_METHOD(Fixture, "a gemini ping is a blank that Google's SDK passes over", "[gemini]") {
  const std::vector<Recorded> pinged = {ping(),       start("", "m"), ping(),
                                        text(0, "a"), ping(),         stop(StopReason::kEnd)};
  const auto stream = dialect.encode(pinged, events).bytes;
  const auto list = dialect.encode(pinged, array).bytes;

  CHECK(stream.starts_with("\n\n\n\ndata: {"));
  CHECK_THAT(stream, ContainsSubstring("}\n\n\n\ndata: {"));
  CHECK(list.starts_with("[{"));
  CHECK_THAT(list, ContainsSubstring("}\n,\r\n{"));
  CHECK(sdk::json::parse(list).value().size() == 2);
  CHECK(dialect.decode(stream).lines() == Lines{"start(r1,m)", "text[0](a)", "stop(end,STOP,)"});
  CHECK(dialect.decode(list).lines() == Lines{"start(r1,m)", "text[0](a)", "stop(end,STOP,)"});
}

TEST_CASE_METHOD(Fixture, "a prompt that gemini blocked has no candidates, another's has one",
                 "[gemini]") {
  constexpr std::string_view kBlocked =
      R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3,)"
      R"("candidatesTokenCount":0,"totalTokenCount":3},"modelVersion":"m","responseId":"r1"})";
  const auto own = dialect.decode(kBlocked, whole).events;

  CHECK(sorted_json(dialect.encode(own, whole).bytes) == sorted_json(kBlocked));
  CHECK_THAT(dialect.encode(own, events).bytes,
             ContainsSubstring(R"(data: {"promptFeedback":{"blockReason":"SAFETY"})"));
  CHECK_THAT(dialect.encode({start("", "m"), stop(StopReason::kRefusal)}, whole).bytes,
             ContainsSubstring(R"("finishReason":"SAFETY","index":0)"));
}

TEST_CASE_METHOD(Fixture, "a gemini answer without a stop never looks complete", "[gemini]") {
  const auto encoded = dialect.encode({start("", "m"), text(0, "x")}, events);

  CHECK(encoded.status == ABV_E_INVALID);
  CHECK_THAT(encoded.bytes, !ContainsSubstring("finishReason"));
}

TEST_CASE_METHOD(Fixture, "any answer comes back from gemini's wire as it was", "[gemini]") {
  const auto seed = GENERATE(range(0U, 100U));
  const auto answer = random_answer(seed);

  CAPTURE(seed);
  CHECK(content_lines(dialect.decode(dialect.encode(answer, events).bytes, events).events) ==
        content_lines(answer));
  CHECK(content_lines(dialect.decode(dialect.encode(answer, array).bytes, array).events) ==
        content_lines(answer));
  CHECK(content_lines(dialect.decode(dialect.encode(answer, whole).bytes, whole).events) ==
        content_lines(answer));
}

}  // namespace abv::tests
