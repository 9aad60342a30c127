#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {

using sdk::Failure;
using sdk::Form;

TEST_CASE("openai error types and codes follow the HTTP status", "[openai]") {
  const auto [status, type, code] = GENERATE(table<int, std::string, std::string>({
      {400, "invalid_request_error", "null"},
      {401, "invalid_request_error", "\"invalid_api_key\""},
      {404, "invalid_request_error", "null"},
      {405, "invalid_request_error", "null"},
      {413, "invalid_request_error", "null"},
      {429, "requests", "\"rate_limit_exceeded\""},
      {500, "server_error", "null"},
      {503, "server_error", "null"},
      {504, "server_error", "null"},
  }));
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);

  CHECK(dialect.error(Form::kWhole, Failure{status, "", "why"}) ==
        "{\"error\":{\"message\":\"why\",\"type\":\"" + type +
            "\",\"param\":null,\"code\":" + code + "}}");
}

TEST_CASE("an openai error keeps its word as code and its param", "[openai]") {
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);
  Failure failure{404, "model_not_found", "no model called \"x\""};
  failure.param = "model";

  CHECK(dialect.error(Form::kWhole, failure) ==
        R"({"error":{"message":"no model called \"x\"","type":"invalid_request_error",)"
        R"("param":"model","code":"model_not_found"}})");
}

TEST_CASE("the upstream's code wins in an openai error", "[openai]") {
  const auto [upstream, fields] = GENERATE(table<std::string, std::string>({
      {R"({"error":{"code":"context_length_exceeded"}})",
       R"("type":"requests","param":null,"code":"context_length_exceeded")"},
      {R"({"code":"insufficient_quota"})",
       R"("type":"insufficient_quota","param":null,"code":"insufficient_quota")"},
      {"<html>", R"("type":"requests","param":null,"code":"rate_limit_exceeded")"},
  }));
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);
  Failure failure{429, "rate_limit", "m"};
  failure.detail_json = upstream;

  CHECK_THAT(dialect.error(Form::kWhole, failure), ContainsSubstring(fields));
}

TEST_CASE("an openai error without status takes it from the code", "[openai]") {
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);
  Failure broken{0, "", "oops"};
  broken.code = ABV_E_INTERNAL;

  CHECK_THAT(dialect.error(Form::kWhole, broken), ContainsSubstring("\"type\":\"server_error\""));
}

TEST_CASE("an openai stream error is one data frame", "[openai]") {
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);

  CHECK(dialect.error(Form::kStream, Failure{500, "", "a\nb"}) ==
        "data: {\"error\":{\"message\":\"a\\nb\",\"type\":\"server_error\",\"param\":null,"
        "\"code\":null}}\n\n");
}

}  // namespace abv::tests
