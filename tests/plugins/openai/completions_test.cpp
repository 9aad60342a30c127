#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

struct Fixture {
  RequestProbe requests{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params stream{.operation = "completions"};
  Params whole{.form = sdk::Form::kWhole, .operation = "completions"};

  ReadRequest read(const std::string& body) const {
    return requests.read(ClientFacts{body, "completions"});
  }
};

const Lines kLines = {
    "start(cmpl-1,m)",
    "text[0](Hé)",
    R"(logprobs[0]([{"token":"Hé","logprob":-0.5,"bytes":null,"top_logprobs":)"
    R"([{"token":"Ho","logprob":-1.5,"bytes":null}]}]))",
    "text[1.0](You)",
    "stop(length,length,)",
    "stop[1](end,stop,)",
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a prompt is one user message", "[openai][request]") {
  const auto prompt = GENERATE(R"("Say \"x\"")", R"(["Say \"x\""])");
  const auto request =
      read(R"({"model":"m","prompt":)" + std::string(prompt) +
           R"(,"max_tokens":5,"temperature":0,"n":2,"stop":["a"],"logprobs":3,"echo":true,)"
           R"("best_of":3,"suffix":"s","user":"u","stream_options":{"include_usage":true}})");

  CHECK(request.canonical ==
        R"({"abv":"chat/1","model":"m","stream":false,"messages":[{"role":"user","parts":)"
        R"([{"type":"text","text":"Say \"x\""}]}],"reasoning":{},"output":{},"max_tokens":5,)"
        R"("temperature":0,"n":2,"stop":["a"],"logprobs":true,"top_logprobs":3,"user":"u",)"
        R"("extras":[{"dialect":"openai-completions","key":"echo","value":true},)"
        R"({"dialect":"openai-completions","key":"best_of","value":3},)"
        R"({"dialect":"openai-completions","key":"suffix","value":"s"}]})");
}

TEST_CASE_METHOD(Fixture, "prompts that are no conversation are refused", "[openai][request]") {
  const auto [prompt, failure] = GENERATE(table<std::string, std::string>({
      {R"(["a","b"])", "one prompt per request can be converted for this model, got 2"},
      {"[]", "one prompt per request can be converted for this model, got 0"},
      {"[1,2]", "a prompt of tokens cannot be converted for this model, send its text"},
      {"[[1,2]]", "a prompt of tokens cannot be converted for this model, send its text"},
      {"null", "expected a string or an array, got null"},
  }));

  CHECK(read(R"({"model":"m","prompt":)" + prompt + "}").failure ==
        "400 invalid_request_error: prompt: " + failure);
}

TEST_CASE_METHOD(Fixture, "what chat lacks of completions is told", "[openai][request]") {
  const auto request = read(R"({"model":"m","prompt":"x","echo":true,"suffix":"s"})");

  CHECK(requests.write(request.canonical).losses ==
        Lines{"dropped /echo: only openai-completions knows it",
              "dropped /suffix: only openai-completions knows it"});
}

TEST_CASE_METHOD(Fixture, "completions with several choices and probabilities are read",
                 "[openai]") {
  constexpr std::string_view kBody =
      R"({"id":"cmpl-1","object":"text_completion","model":"m","choices":[{"text":"Hé","index":0,)"
      R"("logprobs":{"tokens":["Hé"],"token_logprobs":[-0.5],"top_logprobs":[{"Ho":-1.5}],)"
      R"("text_offset":[0]},"finish_reason":"length"},{"text":"You","index":1,"logprobs":null,)"
      R"("finish_reason":"stop"}]})";
  auto expected = kLines;
  expected.push_back("status 0");

  CHECK(dialect.outcomes_of_all_cuts(kBody, whole) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "completions with several choices come back as they were", "[openai]") {
  const std::vector<Recorded> events = {
      start("cmpl-1", "m"),
      text(0, "Hé"),
      logprobs(0, R"([{"token":"Hé","logprob":-0.5,"bytes":null,)"
                  R"("top_logprobs":[{"token":"Ho","logprob":-1.5,"bytes":null}]}])"),
      in_choice(1, text(0, "You")),
      in_choice(1, stop(sdk::StopReason::kEnd)),
      stop(sdk::StopReason::kLength)};

  CHECK(dialect.decode(dialect.encode(events, whole).bytes, whole).lines() == kLines);
  CHECK(dialect.decode(dialect.encode(events, stream).bytes, stream).lines() == kLines);
}

TEST_CASE_METHOD(Fixture, "a completion is a text_completion with a finish_reason", "[openai]") {
  const auto encoded = dialect.encode(
      {start("", "m"), reasoning(0, "hm"), text(1, "Hi"), stop(sdk::StopReason::kEnd), usage(1, 2)},
      whole);

  CHECK(encoded.bytes ==
        R"({"id":"cmpl-r1","object":"text_completion","created":1700000000,"model":"m","choices":)"
        R"([{"text":"Hi","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":)"
        R"({"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":)"
        R"({"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}})");
}

TEST_CASE_METHOD(Fixture, "a completion that ends in a tool call has just ended", "[openai]") {
  const auto encoded = dialect.encode({start("", "m"), text(0, "Hi"), tool_start(1, "c", "f"),
                                       tool_end(1), stop(sdk::StopReason::kTool)},
                                      whole);

  CHECK(json_at(encoded.bytes, "/choices/0/finish_reason") == R"("stop")");
}

TEST_CASE_METHOD(Fixture, "counts of a completions stream come last, when asked for", "[openai]") {
  stream.request_body = R"({"stream_options":{"include_usage":true}})";
  const std::vector<Recorded> events = {start("", "m"), text(0, "Hi"), stop(sdk::StopReason::kEnd),
                                        usage(1, 2)};

  CHECK_THAT(dialect.encode(events, stream).bytes,
             ContainsSubstring("\"finish_reason\":\"stop\"}],\"usage\":null}\n\n") &&
                 ContainsSubstring("\"choices\":[],\"usage\":{\"prompt_tokens\":1") &&
                 Catch::Matchers::EndsWith("}}}\n\ndata: [DONE]\n\n"));
  stream.request_body.clear();
  CHECK_THAT(dialect.encode(events, stream).bytes, !ContainsSubstring("usage"));
}

TEST_CASE_METHOD(Fixture, "probabilities of completions tell where their tokens stand",
                 "[openai]") {
  const auto encoded = dialect.encode(
      {start("", "m"), text(0, "Hé you"),
       logprobs(0, R"([{"token":"Hé","logprob":-1,"bytes":null,"top_logprobs":[]}])"),
       logprobs(0, R"([{"token":" you","logprob":-2,"bytes":null,"top_logprobs":[]}])"),
       stop(sdk::StopReason::kEnd)},
      whole);

  CHECK(json_at(encoded.bytes, "/choices/0/logprobs") ==
        R"({"text_offset":[0,2],"token_logprobs":[-1,-2],"tokens":["Hé"," you"],)"
        R"("top_logprobs":[{},{}]})");
}

TEST_CASE_METHOD(Fixture, "a completion without a stop never looks complete", "[openai]") {
  CHECK(
      dialect
          .encode({start("", "m"), in_choice(1, text(0, "x")), stop(sdk::StopReason::kEnd)}, stream)
          .status == ABV_E_INVALID);
}

}  // namespace abv::tests
