#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {

using sdk::Failure;
using sdk::Form;

TEST_CASE("gemini error statuses follow the HTTP status", "[gemini]") {
  const auto [code, status] = GENERATE(table<int, std::string>({
      {400, "INVALID_ARGUMENT"},
      {401, "UNAUTHENTICATED"},
      {403, "PERMISSION_DENIED"},
      {404, "NOT_FOUND"},
      {413, "INVALID_ARGUMENT"},
      {429, "RESOURCE_EXHAUSTED"},
      {500, "INTERNAL"},
      {502, "UNAVAILABLE"},
      {503, "UNAVAILABLE"},
      {504, "DEADLINE_EXCEEDED"},
      {529, "UNAVAILABLE"},
  }));
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);

  CHECK(dialect.error(Form::kWhole, Failure{code, "", "why"}) ==
        "{\"error\":{\"code\":" + std::to_string(code) + ",\"message\":\"why\",\"status\":\"" +
            status + "\"}}");
}

TEST_CASE("a gemini error without status takes it from the code", "[gemini]") {
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);
  Failure unknown{0, "", "no"};
  unknown.code = ABV_E_NOT_FOUND;

  CHECK(dialect.error(Form::kWhole, unknown) ==
        R"({"error":{"code":404,"message":"no","status":"NOT_FOUND"}})");
}

TEST_CASE("a gemini stream error has no event line", "[gemini]") {
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);

  CHECK(dialect.error(Form::kStream, Failure{500, "", "a\nb"}) ==
        "data: {\"error\":{\"code\":500,\"message\":\"a\\nb\",\"status\":\"INTERNAL\"}}\n\n");
}

TEST_CASE("a gemini error says when to come back, as Google does", "[gemini]") {
  const auto [ms, delay] = GENERATE(table<std::int64_t, std::string>(
      {{0, "0s"}, {2000, "2s"}, {1500, "1.500s"}, {1005, "1.005s"}}));
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);

  CHECK_THAT(dialect.error(Form::kWhole, Failure{429, "", "slow", ms}),
             ContainsSubstring("\"details\":[{\"@type\":\"type.googleapis.com/google.rpc."
                               "RetryInfo\",\"retryDelay\":\"" +
                               delay + "\"}]"));
}

TEST_CASE("the upstream's details stand in a gemini error", "[gemini]") {
  const auto [upstream, details] = GENERATE(table<std::string, std::string>({
      {R"({"error":{"details":[{"@type":"t"}]}})", R"([{"@type":"t"}])"},
      {R"({"details":[1]})", "[1]"},
      {R"([{"a":1}])", R"([{"a":1}])"},
      {R"({"code":"x"})", R"([{"code":"x"}])"},
  }));
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);
  Failure failure{400, "", "m"};
  failure.detail_json = upstream;

  CHECK_THAT(dialect.error(Form::kWhole, failure), ContainsSubstring("\"details\":" + details));
}

}  // namespace abv::tests
