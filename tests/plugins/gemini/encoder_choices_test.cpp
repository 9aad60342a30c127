#include "abv/sdk/signature.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

Recorded opaque(std::uint32_t index, std::string raw) {
  Recorded event;
  event.kind = ABV_EVENT_OPAQUE;
  event.index = index;
  event.raw = std::move(raw);
  return event;
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Params events{.model = "m", .query = "alt=sse"};
  Params whole{.form = sdk::Form::kWhole, .model = "m"};

  // What the only candidate of a whole answer looks like.
  std::string candidate(std::vector<Recorded> content) const {
    content.insert(content.begin(), start("", "m"));
    content.push_back(stop(StopReason::kEnd));
    const auto answer = sdk::json::parse(dialect.encode(content, whole).bytes);
    return std::string(answer.value()["candidates"][0].raw());
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "gemini choices are candidates, ended together in the last chunk",
                 "[gemini]") {
  const std::vector<Recorded> answer = {start("r", "m"),
                                        text(0, "a"),
                                        in_choice(1, text(0, "b")),
                                        in_choice(1, stop(StopReason::kLength)),
                                        text(0, "c"),
                                        stop(StopReason::kEnd)};
  const auto encoded = dialect.encode(answer, events);

  CHECK_THAT(encoded.bytes, Catch::Matchers::EndsWith(
                                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],"
                                "\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0},"
                                "{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},"
                                "\"finishReason\":\"MAX_TOKENS\",\"index\":1}],"
                                "\"modelVersion\":\"m\",\"responseId\":\"r\"}\n\n"));
  CHECK(dialect.decode(encoded.bytes, events).lines() ==
        Lines{"start(r,m)", "text[0](a)", "text[1.0](b)", "text[0](c)", "stop(end,STOP,)",
              "stop[1](length,MAX_TOKENS,)"});
  CHECK(dialect.decode(dialect.encode(answer, whole).bytes, whole).lines() ==
        Lines{"start(r,m)", "text[0](ac)", "stop(end,STOP,)", "text[1.0](b)",
              "stop[1](length,MAX_TOKENS,)"});
}

TEST_CASE_METHOD(Fixture, "a gemini answer is not complete while a choice has no stop",
                 "[gemini]") {
  CHECK(dialect
            .encode(
                {start("", "m"), text(0, "a"), in_choice(1, text(0, "b")), stop(StopReason::kEnd)},
                whole)
            .status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "a gemini answer without content is legal", "[gemini]") {
  CHECK(candidate({}) ==
        R"({"content":{"parts":[],"role":"model"},"finishReason":"STOP","index":0})");
}

TEST_CASE_METHOD(Fixture, "a signature before a gemini call stands on the call", "[gemini]") {
  CHECK_THAT(
      candidate({signature(0, "s"), tool_start(0, "c", "f"), arguments(0, "{}"), tool_end(0)}),
      ContainsSubstring(R"("parts":[{"functionCall":{"id":"c","name":"f","args":{}},)"
                        R"("thoughtSignature":"s"}])"));
}

TEST_CASE_METHOD(Fixture, "a foreign signature of reasoning stands on gemini's first call too",
                 "[gemini]") {
  const auto seal = sdk::wrap_signature({"claude", "c", false, "s"});
  const std::vector<Recorded> calls = {tool_start(2, "a", "f"), arguments(2, "{}"), tool_end(2),
                                       tool_start(3, "b", "g"), arguments(3, "{}"), tool_end(3)};
  const auto parts = [&](std::vector<Recorded> content) {
    content.insert(content.end(), calls.begin(), calls.end());
    return std::string(
        sdk::json::parse(candidate(std::move(content))).value()["content"]["parts"].raw());
  };
  const std::string sealed = R"(,"thoughtSignature":")" + seal + "\"}";
  const std::string first = R"({"functionCall":{"id":"a","name":"f","args":{}})";
  const std::string second = R"({"functionCall":{"id":"b","name":"g","args":{}}}])";

  CHECK(parts({reasoning(0, "hm"), signature(0, seal)}) ==
        R"([{"text":"hm","thought":true)" + sealed + "," + first + sealed + "," + second);
  CHECK(parts({redacted(0, seal), text(1, "x")}) == R"([{"text":"","thought":true)" + sealed +
                                                        R"(,{"text":"x"},)" + first + sealed + "," +
                                                        second);
  CHECK(parts({reasoning(0, "hm"), signature(0, seal), signature(2, "own")}) ==
        R"([{"text":"hm","thought":true)" + sealed + "," + first +
            R"(,"thoughtSignature":"own"},)" + second);
  CHECK(parts({reasoning(0, "hm"), signature(0, "s")}) ==
        R"([{"text":"hm","thought":true,"thoughtSignature":"s"},)" + first + "}," + second);
}

TEST_CASE_METHOD(Fixture, "a stream tells a foreign signature on gemini's first call too",
                 "[gemini]") {
  const auto seal = sdk::wrap_signature({"claude", "c", false, "s"});
  const auto encoded = dialect.encode(
      {start("", "m"), reasoning(0, "hm"), signature(0, seal), tool_start(1, "a", "f"),
       arguments(1, "{}"), tool_end(1), stop(StopReason::kTool)},
      events);

  CHECK_THAT(encoded.bytes,
             ContainsSubstring(R"([{"text":"","thought":true,"thoughtSignature":")" + seal));
  CHECK_THAT(encoded.bytes, ContainsSubstring(R"("args":{}},"thoughtSignature":")" + seal));
}

TEST_CASE_METHOD(Fixture, "a signature without a part is hidden reasoning for gemini", "[gemini]") {
  CHECK_THAT(candidate({redacted(0, "s"), text(1, "a")}),
             ContainsSubstring(R"("parts":[{"text":"","thought":true,"thoughtSignature":"s"},)"
                               R"({"text":"a"}])"));
}

TEST_CASE_METHOD(Fixture, "a signature after gemini text stands in the same part or right after",
                 "[gemini]") {
  CHECK_THAT(candidate({reasoning(0, "a"), reasoning(0, "b"), signature(0, "s")}),
             ContainsSubstring(R"([{"text":"ab","thought":true,"thoughtSignature":"s"}])"));
  CHECK_THAT(
      dialect
          .encode({start("", "m"), reasoning(0, "a"), signature(0, "s"), stop(StopReason::kEnd)},
                  events)
          .bytes,
      ContainsSubstring(R"([{"text":"","thought":true,"thoughtSignature":"s"}])"));
}

TEST_CASE_METHOD(Fixture, "a refusal is text and SAFETY for gemini", "[gemini]") {
  const auto encoded = dialect.encode(
      {start("", "m"), refusal(0, "No."), stop(StopReason::kRefusal, "refusal")}, whole);

  CHECK_THAT(encoded.bytes, ContainsSubstring(R"("parts":[{"text":"No."}])"));
  CHECK_THAT(encoded.bytes, ContainsSubstring(R"("finishReason":"SAFETY")"));
}

TEST_CASE_METHOD(Fixture, "a custom tool's free text is the input of a gemini call", "[gemini]") {
  CHECK_THAT(
      candidate({custom_tool_start(0, "c", "patch"), arguments(0, "*** \"x\""), tool_end(0)}),
      ContainsSubstring(R"("args":{"input":"*** \"x\""})"));
}

TEST_CASE_METHOD(Fixture, "citations become gemini grounding", "[gemini]") {
  CHECK_THAT(candidate({text(0, "ä b"), citation(0, "u1", "T1", "ä"), citation(0, "u2", "T2", ""),
                        citation(0, "u1", "T1", "b")}),
             ContainsSubstring(
                 R"("groundingMetadata":{"groundingChunks":[{"web":{"uri":"u1","title":"T1"}},)"
                 R"({"web":{"uri":"u2","title":"T2"}}],"groundingSupports":[)"
                 R"({"segment":{"endIndex":2,"text":"ä"},"groundingChunkIndices":[0]},)"
                 R"({"segment":{"endIndex":4,"text":"ä b"},"groundingChunkIndices":[1]},)"
                 R"({"segment":{"startIndex":3,"endIndex":4,"text":"b"},)"
                 R"("groundingChunkIndices":[0]}]})"));
}

TEST_CASE_METHOD(Fixture, "words of a source that are not in the answer ground all of the part",
                 "[gemini]") {
  CHECK_THAT(candidate({text(0, "So: "), text(1, "yes"), citation(1, "", "a.txt", "It is so.")}),
             ContainsSubstring(
                 R"("groundingChunks":[{"retrievedContext":{"title":"a.txt"}}],)"
                 R"("groundingSupports":[{"segment":{"startIndex":4,"endIndex":7,"text":"yes"},)"
                 R"("groundingChunkIndices":[0]}])"));
}

TEST_CASE_METHOD(Fixture, "gemini's own grounding and parts come back as they were", "[gemini]") {
  const auto written =
      candidate({opaque(0, R"({"executableCode":{"code":"1"}})"), citation(0, "u", "T", ""),
                 opaque(0, R"({"groundingMetadata":{"webSearchQueries":["q"]}})"),
                 opaque(1, R"({"type":"server_tool_use"})")});

  CHECK_THAT(written, ContainsSubstring(R"("parts":[{"executableCode":{"code":"1"}}])"));
  CHECK_THAT(written, ContainsSubstring(R"("groundingMetadata":{"webSearchQueries":["q"]})"));
  CHECK_THAT(written, !ContainsSubstring("server_tool_use"));
}

TEST_CASE_METHOD(Fixture, "log probabilities of all pieces stand in one gemini result",
                 "[gemini]") {
  CHECK_THAT(
      candidate({logprobs(0, R"([{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}])"),
                 logprobs(0, R"([{"token":"b","logprob":-2,"bytes":null,"top_logprobs":)"
                             R"([{"token":"c","logprob":-3,"bytes":null}]}])")}),
      ContainsSubstring(
          R"("logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1},)"
          R"({"token":"b","logProbability":-2}],"topCandidates":[{"candidates":[]},)"
          R"({"candidates":[{"token":"c","logProbability":-3}]}]})"));
}

TEST_CASE_METHOD(Fixture, "gemini counts tokens with countTokens' answer", "[gemini]") {
  whole.operation = "count_tokens";

  CHECK(dialect.encode({start("", "m"), usage(31, -1, 4), stop(StopReason::kEnd)}, whole).bytes ==
        R"({"totalTokens":31,"cachedContentTokenCount":4})");
  CHECK(dialect.encode({start("", "m"), stop(StopReason::kEnd)}, whole).status == ABV_E_INVALID);
  CHECK(dialect.encode({error(429, "", "slow")}, whole).bytes ==
        R"({"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}})");
}

TEST_CASE_METHOD(Fixture, "gemini's thoughts are counted once", "[gemini]") {
  const auto encoded =
      dialect.encode({start("", "m"), usage(10, 30, 4, 2, 12), stop(StopReason::kEnd)}, whole);

  CHECK_THAT(encoded.bytes,
             ContainsSubstring(R"("usageMetadata":{"promptTokenCount":10,)"
                               R"("candidatesTokenCount":18,"totalTokenCount":40,)"
                               R"("thoughtsTokenCount":12,"cachedContentTokenCount":4})"));
}

}  // namespace abv::tests
