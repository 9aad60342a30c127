#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;

struct Fixture {
  RequestProbe requests{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  DialectProbe answers{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params whole{.form = sdk::Form::kWhole, .operation = "count_tokens"};

  ReadRequest read(std::string_view body) const {
    return requests.read(ClientFacts{.body = std::string(body), .operation = "count_tokens"});
  }
  WrittenRequest write(std::string_view canonical) const {
    return requests.write(canonical, {.model = "gpt-5.5", .operation = "count_tokens"});
  }
};

}  // namespace

TEST_CASE("the path that counts tokens is convertible", "[openai]") {
  const auto abilities = sdk::json::parse(openai::kDialectAbilities);
  const auto counts = json_at((*abilities)["endpoints"][3].raw(), "");

  CHECK(counts == R"({"canonical":"count_tokens","method":"POST","model":"body",)"
                  R"("operation":"count_tokens","path":"/v1/responses/input_tokens"})");
}

TEST_CASE_METHOD(Fixture, "a request to count is read as a responses request", "[openai]") {
  const auto request = read(R"({"model":"m","instructions":"S","input":"Hi"})");

  CHECK(request.failure.empty());
  CHECK(json_at(request.canonical, "/messages/0/role") == R"("system")");
  CHECK(json_at(request.canonical, "/messages/1/parts/0/text") == R"("Hi")");
}

TEST_CASE_METHOD(Fixture, "instructions alone can be counted, nothing cannot", "[openai]") {
  CHECK(read(R"({"model":"m","instructions":"S"})").status == ABV_OK);
  CHECK(read(R"({"model":"m"})").failure ==
        "400 invalid_request_error: input: expected a string or an array, got nothing");
}

TEST_CASE_METHOD(Fixture, "a request to count has only what its path takes", "[openai]") {
  const auto written = write(R"({"abv":"chat/1","stream":true,"max_tokens":9,"temperature":0.5,
    "store":true,"user":"u","metadata":{"k":"v"},"service_tier":"flex","cache_key":"k",
    "messages":[{"role":"user","parts":[{"type":"text","text":"Hi"}]}],
    "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],
    "tool_choice":{"mode":"required","parallel":false},"reasoning":{"effort":"low"},
    "output":{"verbosity":"low"}})");

  CHECK(written.path == "/v1/responses/input_tokens");
  CHECK(sorted_json(written.body) == sorted_json(R"({"model":"gpt-5.5",
    "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}],
    "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":false}],
    "tool_choice":"required","parallel_tool_calls":false,"reasoning":{"effort":"low"},
    "text":{"verbosity":"low"}})"));
}

TEST_CASE_METHOD(Fixture, "a client's own request to count goes on as it was", "[openai]") {
  constexpr const char* kBody = R"({"model":"gpt-5.5","instructions":"S","input":[
    {"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}],
    "truncation":"auto","personality":"friendly","previous_response_id":"resp_1"})";

  CHECK(sorted_json(write(read(kBody).canonical).body) == sorted_json(kBody));
}

TEST_CASE_METHOD(Fixture, "a template that cannot be counted is reported", "[openai]") {
  const auto written = write(read(R"({"model":"m","input":"Hi","prompt":{"id":"p"}})").canonical);

  CHECK(written.losses == std::vector<std::string>{"dropped /prompt: templates cannot be counted"});
}

TEST_CASE_METHOD(Fixture, "a count is written as the API answers", "[openai]") {
  const auto written =
      answers.encode({start("", "m"), usage(11, -1), stop(StopReason::kEnd)}, whole);

  CHECK(written.bytes == R"({"object":"response.input_tokens","input_tokens":11})");
  CHECK(answers.decode(written.bytes, whole).lines() ==
        std::vector<std::string>{"start(,)", "usage(in=11,out=-1,read=-1,write=-1,think=-1)",
                                 "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "an answer without a count is no count", "[openai]") {
  const auto written = answers.encode({start("", "m"), stop(StopReason::kEnd)}, whole);

  CHECK(written.status == ABV_E_INVALID);
  CHECK(written.bytes.empty());
}

}  // namespace abv::tests
