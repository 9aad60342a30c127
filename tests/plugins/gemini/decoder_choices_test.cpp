#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

struct Fixture {
  DialectProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Params stream;
  Params whole{.form = sdk::Form::kWhole};

  Lines of_parts(const std::string& parts) const {
    auto lines = dialect
                     .decode(R"({"candidates":[{"content":{"parts":[)" + parts +
                                 R"(]},"finishReason":"STOP"}]})",
                             whole)
                     .lines();
    return {lines.begin() + 1, lines.end() - 1};
  }

  Lines of_candidate(const std::string& members) const {
    auto lines = dialect
                     .decode(R"({"candidates":[{"content":{"parts":[{"text":"t"}]},)" + members +
                                 R"(,"finishReason":"STOP"}]})",
                             whole)
                     .lines();
    return {lines.begin() + 2, lines.end() - 1};
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "each gemini candidate is a choice with parts and a stop of its own",
                 "[gemini]") {
  constexpr std::string_view kStream =
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"index\":0},"
      "{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\"}}]},\"index\":1}]}\n\n"
      "data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":1}]}\n\n"
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]},"
      "\"finishReason\":\"MAX_TOKENS\",\"index\":0}]}\n\n";

  CHECK(dialect.outcomes_of_all_cuts(kStream, stream) ==
        std::set<Lines>{{"start(,)", "text[0](a)", "tool[1.0](call_r1_1_0,f)", "arguments[1.0]({})",
                         "tool_end[1.0]", "stop[1](tool,STOP,)", "text[0](b)",
                         "stop(length,MAX_TOKENS,)", "status 0"}});
}

TEST_CASE_METHOD(Fixture, "a gemini candidate may begin after the end of another", "[gemini]") {
  constexpr std::string_view kBegin =
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},"
      "\"finishReason\":\"STOP\",\"index\":0}]}\n\n"
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]},\"index\":1}]}\n\n";
  const std::string whole_stream =
      std::string(kBegin) +
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"late\"}]},\"index\":0},"
      "{\"finishReason\":\"STOP\",\"index\":1}],\"usageMetadata\":{\"promptTokenCount\":1}}\n\n";

  CHECK(dialect.outcomes_of_all_cuts(whole_stream, stream) ==
        std::set<Lines>{{"start(,)", "text[0](a)", "stop(end,STOP,)", "text[1.0](b)",
                         "usage(in=1,out=-1,read=-1,write=-1,think=-1)", "stop[1](end,STOP,)",
                         "status 0"}});
  CHECK(dialect.decode(kBegin, stream).status == ABV_E_INVALID);
  CHECK(dialect.decode(kBegin, {.wanted = kObserved}).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "nothing follows a gemini error or a blocked prompt", "[gemini]") {
  const std::string first =
      GENERATE(R"({"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}})",
               R"({"promptFeedback":{"blockReason":"SAFETY"}})");
  const auto decoded = dialect.decode("data: " + first +
                                          "\n\ndata: {\"candidates\":[{\"content\":{\"parts\":["
                                          "{\"text\":\"a\"}]}}]}\n\n",
                                      stream);

  CHECK(decoded.status == ABV_OK);
  CHECK(decoded.events.back().kind != ABV_EVENT_TEXT);
}

TEST_CASE_METHOD(Fixture, "a gemini stream is not complete while a candidate has no end",
                 "[gemini]") {
  const auto decoded = dialect.decode(
      "data: {\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\"},{\"index\":1}]}\n\n", stream);

  CHECK(decoded.status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "a whole gemini answer may be empty", "[gemini]") {
  CHECK(dialect.decode(R"({"usageMetadata":{"promptTokenCount":3},"modelVersion":"m"})", whole)
            .lines() ==
        Lines{"start(,m)", "usage(in=3,out=-1,read=-1,write=-1,think=-1)", "stop(other,,)"});
  CHECK(dialect.decode(R"({"candidates":[{"finishReason":"STOP"}]})", whole).lines() ==
        Lines{"start(,)", "stop(end,STOP,)"});
}

TEST_CASE_METHOD(Fixture, "a gemini signature stands before the call and after text", "[gemini]") {
  CHECK(of_parts(
            R"({"text":"hm","thought":true,"thoughtSignature":"s1"},)"
            R"({"text":"a","thoughtSignature":"s2"},{"text":"b"},)"
            R"({"functionCall":{"id":"c","name":"f","args":{"x":1}},"thoughtSignature":"s3"})") ==
        Lines{"reasoning[0](hm)", "signature[0](s1)", "text[1](a)", "signature[1](s2)",
              "text[2](b)", "signature[3](s3)", "tool[3](c,f)", "arguments[3]({\"x\":1})",
              "tool_end[3]"});
}

TEST_CASE_METHOD(Fixture, "a gemini signature after a call is a part of its own", "[gemini]") {
  CHECK(of_parts(R"({"functionCall":{"id":"c","name":"f"}},{"text":"","thoughtSignature":"s"})") ==
        Lines{"tool[0](c,f)", "arguments[0]({})", "tool_end[0]", "signature[1](s)"});
}

TEST_CASE_METHOD(Fixture, "gemini calls without ids get different ones from the request's",
                 "[gemini]") {
  CHECK(of_parts(R"({"functionCall":{"name":"f"}},{"functionCall":{"name":"f"}})") ==
        Lines{"tool[0](call_r1_0,f)", "arguments[0]({})", "tool_end[0]", "tool[1](call_r1_1,f)",
              "arguments[1]({})", "tool_end[1]"});
}

TEST_CASE_METHOD(Fixture, "gemini parts that only Gemini has are opaque", "[gemini]") {
  const std::string part = GENERATE(R"({"executableCode":{"language":"PYTHON","code":"1"}})",
                                    R"({"codeExecutionResult":{"outcome":"OUTCOME_OK"}})",
                                    R"({"toolCall":{"id":"t"},"thoughtSignature":"s"})",
                                    R"({"inlineData":{"mimeType":"audio/wav","data":"AA"}})");

  CHECK(of_parts(part) == Lines{"opaque[0](" + part + ")"});
}

TEST_CASE_METHOD(Fixture, "gemini's images may be data or a file", "[gemini]") {
  const auto decoded = dialect.decode(
      R"({"candidates":[{"content":{"parts":[)"
      R"({"fileData":{"mimeType":"image/png","fileUri":"gs://b/i"},"thoughtSignature":"s"}]},)"
      R"("finishReason":"STOP"}]})",
      whole);

  CHECK(decoded.events.at(1).line() == "signature[0](s)");
  CHECK(decoded.events.at(2).id == "gs://b/i");
}

TEST_CASE_METHOD(Fixture, "gemini grounding gives a citation for each source of each text",
                 "[gemini]") {
  const std::string grounding =
      R"({"groundingChunks":[{"web":{"uri":"u1","title":"T1"}},{"web":{"uri":"u2","title":"T2"}},)"
      R"({"maps":{"uri":"u3","title":"T3"}}],"groundingSupports":[)"
      R"({"segment":{"text":"fact"},"groundingChunkIndices":[0,1,9]}]})";

  CHECK(of_candidate(R"("groundingMetadata":)" + grounding) ==
        Lines{"citation[0](u1,T1,fact)", "citation[0](u2,T2,fact)", "citation[0](u3,T3,)",
              "opaque[0]({\"groundingMetadata\":" + grounding + "})"});
}

TEST_CASE_METHOD(Fixture, "gemini grounding that a stream repeats is given once", "[gemini]") {
  const std::string candidate =
      R"({"groundingMetadata":{"groundingChunks":[{"web":{"uri":"u","title":"T"}}]})";
  const auto decoded =
      dialect.decode("data: {\"candidates\":[" + candidate + "}]}\n\n" + "data: {\"candidates\":[" +
                         candidate + ",\"finishReason\":\"STOP\"}]}\n\n",
                     stream);
  const auto lines = decoded.lines();

  CHECK(std::count(lines.begin(), lines.end(), "citation[0](u,T,)") == 1);
}

TEST_CASE_METHOD(Fixture, "gemini log probabilities have tokens, bytes and alternatives",
                 "[gemini]") {
  CHECK(
      of_candidate(R"("logprobsResult":{"chosenCandidates":[{"token":"é","logProbability":-0.5}],)"
                   R"("topCandidates":[{"candidates":[{"token":"e","logProbability":-1.5}]}]})") ==
      Lines{R"(logprobs[0]([{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":)"
            R"([{"token":"e","logprob":-1.5,"bytes":[101]}]}]))"});
}

TEST_CASE_METHOD(Fixture, "gemini's ends that are no answer are told apart", "[gemini]") {
  const auto [word, line] = GENERATE(table<std::string, std::string>({
      {"UNEXPECTED_TOOL_CALL", "stop(other,UNEXPECTED_TOOL_CALL,)"},
      {"RECITATION", "stop(refusal,RECITATION,)"},
      {"LANGUAGE", "stop(other,LANGUAGE,)"},
  }));

  CHECK(dialect.decode(R"({"candidates":[{"finishReason":")" + word + "\"}]}", whole)
            .events.back()
            .line() == line);
}

TEST_CASE_METHOD(Fixture, "a gemini observer knows of a call in a chunk that it does not want",
                 "[gemini]") {
  const Params observer{.wanted = kObserved};
  const auto decoded = dialect.decode(
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"index\":0}]}\n\n"
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\"}}]},"
      "\"index\":0}]}\n\n"
      "data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}]}\n\n",
      observer);

  CHECK(decoded.lines() == Lines{"start(,)", "stop(tool,STOP,)"});
}

}  // namespace abv::tests
