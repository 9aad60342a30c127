#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

// The shape of a stream with thoughts, text and a call, as the API documents it for ?alt=sse.
constexpr std::string_view kStream =
    R"(data: {"candidates": [{"content": {"parts": [{"text": "Hm, \"Paris\".","thought": true}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 20,"totalTokenCount": 27,"thoughtsTokenCount": 7,"cachedContentTokenCount": 8},"modelVersion": "gemini-2.5-pro","responseId": "resp1"}

data: {"candidates": [{"content": {"parts": [{"text": "It is "}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 20,"candidatesTokenCount": 3,"totalTokenCount": 30,"thoughtsTokenCount": 7,"cachedContentTokenCount": 8},"modelVersion": "gemini-2.5-pro","responseId": "resp1"}

data: {"candidates": [{"content": {"parts": [{"text": "caf\u00e9"},{"functionCall": {"name": "get","args": {"city": "Paris", "n": 1}},"thoughtSignature": "c2ln"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 20,"candidatesTokenCount": 9,"totalTokenCount": 36,"thoughtsTokenCount": 7,"cachedContentTokenCount": 8},"modelVersion": "gemini-2.5-pro","responseId": "resp1"}

data: {"candidates": [{"content": {"parts": [{"text": ""}],"role": "model"},"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 20,"candidatesTokenCount": 12,"totalTokenCount": 39,"thoughtsTokenCount": 7,"cachedContentTokenCount": 8},"modelVersion": "gemini-2.5-pro","responseId": "resp1"}

)";

const Lines kStreamLines = {
    "start(resp1,gemini-2.5-pro)",
    "usage(in=20,out=7,read=8,write=-1,think=7)",
    "reasoning[0](Hm, \"Paris\".)",
    "text[1](It is )",
    "text[1](café)",
    "signature[2](c2ln)",
    "tool[2](call_r1_2,get)",
    "arguments[2]({\"city\": \"Paris\", \"n\": 1})",
    "tool_end[2]",
    "usage(in=20,out=19,read=8,write=-1,think=7)",
    "stop(tool,STOP,)",
    "status 0",
};

// The same chunks as one JSON array, as the API answers without alt=sse.
std::string as_array(std::string_view stream) {
  std::string out = "[";
  for (std::size_t at = stream.find("data: "); at != std::string_view::npos;) {
    const auto end = stream.find("\n\n", at);
    out += (out.size() > 1 ? "\n,\r\n" : "") + std::string(stream.substr(at + 6, end - at - 6));
    at = stream.find("data: ", end);
  }
  return out + "\n]\n";
}

// The same chunks as Code Assist sends them.
std::string in_envelopes(std::string_view stream) {
  std::string out;
  for (std::size_t at = stream.find("data: "); at != std::string_view::npos;) {
    const auto end = stream.find("\n\n", at);
    out += R"(data: {"response":)" + std::string(stream.substr(at + 6, end - at - 6)) +
           R"(,"traceId":"t"})" + "\n\n";
    at = stream.find("data: ", end);
  }
  return out;
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Params stream;
  Params whole{.form = sdk::Form::kWhole};
  Params observer{.wanted = kObserved};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a gemini stream gives its events whatever the cut", "[gemini]") {
  CHECK(dialect.outcomes_of_all_cuts(kStream, stream) == std::set<Lines>{kStreamLines});
}

TEST_CASE_METHOD(Fixture, "a stream of Code Assist gives the events that are in its envelopes",
                 "[gemini]") {
  const std::string wrapped = in_envelopes(kStream);
  REQUIRE_THAT(wrapped, ContainsSubstring(R"(data: {"response":{"candidates")"));

  CHECK(dialect.outcomes_of_all_cuts(wrapped, stream) == std::set<Lines>{kStreamLines});
  CHECK(dialect.decode(wrapped, observer).lines() == dialect.decode(kStream, observer).lines());
}

TEST_CASE_METHOD(Fixture, "a whole answer of Code Assist is read out of its envelope", "[gemini]") {
  const std::string inner =
      R"({"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}],)"
      R"("usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1}})";

  CHECK(dialect.decode(R"({"response":)" + inner + R"(,"traceId":"t"})", whole).lines() ==
        dialect.decode(inner, whole).lines());
}

TEST_CASE_METHOD(Fixture, "a gemini stream as a JSON array gives the same events", "[gemini]") {
  CHECK(dialect.outcomes_of_all_cuts(as_array(kStream), stream) == std::set<Lines>{kStreamLines});
}

TEST_CASE_METHOD(Fixture, "a gemini observer gets start, counts and the same stop", "[gemini]") {
  const Lines expected = {kStreamLines[0], kStreamLines[1], kStreamLines[9], kStreamLines[10],
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kStream, observer) == std::set<Lines>{expected});
  CHECK(dialect.outcomes_of_all_cuts(as_array(kStream), observer) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "a gemini observer never parses chunks of content", "[gemini]") {
  std::string broken(kStream);
  broken[broken.find("It is")] = '"';  // no JSON any more

  CHECK(dialect.decode(broken, observer).status == ABV_OK);
  CHECK(dialect.decode(broken, stream).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "counts that are no object are none, for a gemini observer too",
                 "[gemini]") {
  const std::string answer = R"(data: {"responseId":"r","candidates":[]}

data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":[]}

data: {"candidates":[{"finishReason":"STOP"}]}

)";

  CHECK(dialect.decode(answer, observer).lines() == Lines{"start(r,)", "stop(end,STOP,)"});
  CHECK(dialect.decode(answer, stream).lines() ==
        Lines{"start(r,)", "text[0](a)", "stop(end,STOP,)"});
}

TEST_CASE_METHOD(Fixture, "a gemini stream without finishReason is not complete but counted",
                 "[gemini]") {
  const auto cut = kStream.substr(0, kStream.rfind("data: "));

  const auto decoded = dialect.decode(cut, observer);

  CHECK(decoded.status == ABV_E_INVALID);
  CHECK(decoded.lines() ==
        Lines{kStreamLines[0], kStreamLines[1], "usage(in=20,out=16,read=8,write=-1,think=7)"});
}

TEST_CASE_METHOD(Fixture, "a gemini stream without its last empty line is complete", "[gemini]") {
  CHECK(dialect.decode(kStream.substr(0, kStream.size() - 2), stream).status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "an error object ends a gemini stream", "[gemini]") {
  const auto head = std::string(kStream.substr(0, kStream.find("data: ", 10)));
  const auto decoded = dialect.decode(
      head + R"(data: {"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}})" +
          "\n\n",
      observer);

  CHECK(decoded.events.back().line() == "error(503,UNAVAILABLE,overloaded)");
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "a blocked gemini prompt is a refusal", "[gemini]") {
  const auto decoded = dialect.decode(
      "data: {\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"usageMetadata\":"
      "{\"promptTokenCount\":5,\"totalTokenCount\":5},\"modelVersion\":\"m\"}\n\n",
      stream);

  CHECK(decoded.lines() == Lines{"start(,m)", "usage(in=5,out=0,read=-1,write=-1,think=-1)",
                                 "stop(refusal,PROHIBITED_CONTENT,)"});
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "gemini finish reasons are told apart", "[gemini]") {
  const auto [word, line] = GENERATE(table<std::string, std::string>({
      {"MAX_TOKENS", "stop(length,MAX_TOKENS,)"},
      {"SAFETY", "stop(refusal,SAFETY,)"},
      {"IMAGE_SAFETY", "stop(refusal,IMAGE_SAFETY,)"},
      {"MALFORMED_FUNCTION_CALL", "stop(other,MALFORMED_FUNCTION_CALL,)"},
      {"NEW_REASON", "stop(other,NEW_REASON,)"},
  }));

  const auto decoded =
      dialect.decode("data: {\"candidates\":[{\"finishReason\":\"" + word + "\"}]}\n\n", stream);

  CHECK(decoded.events.back().line() == line);
}

TEST_CASE_METHOD(Fixture, "a signature in a part of its own belongs to the part before",
                 "[gemini]") {
  const auto decoded = dialect.decode(
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"},"
      "{\"text\":\"\",\"thoughtSignature\":\"s\"}]},\"finishReason\":\"STOP\"}]}\n\n",
      stream);

  CHECK(decoded.lines() == Lines{"start(,)", "text[0](a)", "signature[0](s)", "stop(end,STOP,)"});
}

TEST_CASE_METHOD(Fixture, "a whole gemini answer gives its events whatever the cut", "[gemini]") {
  constexpr std::string_view kAnswer =
      R"({"candidates":[{"content":{"parts":[{"text":"Hi"},)"
      R"({"inlineData":{"mimeType":"image/png","data":"iVBO"}},{"executableCode":{"code":"x"}}],)"
      R"("role":"model"},"finishReason":"STOP","index":0}],)"
      R"("usageMetadata":{"promptTokenCount":4,"toolUsePromptTokenCount":6,)"
      R"("candidatesTokenCount":2,"totalTokenCount":12},"modelVersion":"m","responseId":"r"})";
  const Lines expected = {"start(r,m)",
                          "usage(in=10,out=2,read=-1,write=-1,think=-1)",
                          "text[0](Hi)",
                          "image[1](image/png,iVBO)",
                          R"(opaque[2]({"executableCode":{"code":"x"}}))",
                          "stop(end,STOP,)",
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kAnswer, whole) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "half a gemini answer is not complete", "[gemini]") {
  CHECK(dialect.decode(R"({"candidates":[)", whole).status == ABV_E_INVALID);
  CHECK(dialect.decode(R"({"candidates":[{"index":0}]})", whole).status == ABV_E_INVALID);
  CHECK(dialect.decode("{}", whole).status == ABV_E_INVALID);
  CHECK(dialect.decode("[]", whole).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "gemini's counted tokens and embeddings are usage", "[gemini]") {
  const auto [operation, body, line] = GENERATE(table<std::string, std::string, std::string>({
      {"count_tokens", R"({"totalTokens":31,"cachedContentTokenCount":4})",
       "usage(in=31,out=-1,read=4,write=-1,think=-1)"},
      {"embeddings", R"({"embedding":{"values":[0.1]},"usageMetadata":{"promptTokenCount":3}})",
       "usage(in=3,out=-1,read=-1,write=-1,think=-1)"},
  }));
  whole.operation = operation;
  whole.wanted = kObserved;

  CHECK(dialect.decode(body, whole).lines() == Lines{"start(,)", line, "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "a gemini chunk over 16 MiB is refused in both forms", "[gemini]") {
  const std::string bulk((16U << 20U) + 1, 'x');

  CHECK(dialect.decode("data: " + bulk, stream).status == ABV_E_LIMIT);
  CHECK(dialect.decode("[{\"a\":\"" + bulk, stream).status == ABV_E_LIMIT);
}

}  // namespace abv::tests
