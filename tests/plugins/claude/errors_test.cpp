#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {

using sdk::Failure;
using sdk::Form;

TEST_CASE("claude error types follow the HTTP status", "[claude]") {
  const auto [status, type] = GENERATE(table<int, std::string>({
      {400, "invalid_request_error"},
      {401, "authentication_error"},
      {402, "billing_error"},
      {403, "permission_error"},
      {404, "not_found_error"},
      {405, "invalid_request_error"},
      {413, "request_too_large"},
      {429, "rate_limit_error"},
      {500, "api_error"},
      {502, "api_error"},
      {503, "overloaded_error"},
      {504, "timeout_error"},
      {529, "overloaded_error"},
  }));
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);

  CHECK(dialect.error(Form::kWhole, Failure{status, "", "why"}, "req_1") ==
        "{\"type\":\"error\",\"error\":{\"type\":\"" + type +
            "\",\"message\":\"why\"},\"request_id\":\"req_1\"}");
}

TEST_CASE("a claude error without status takes its type from the code", "[claude]") {
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);
  Failure late{0, "", "late"};
  late.code = ABV_E_DEADLINE;

  CHECK(dialect.error(Form::kWhole, late) ==
        R"({"type":"error","error":{"type":"timeout_error","message":"late"}})");
}

TEST_CASE("a claude stream error has its event line", "[claude]") {
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);

  CHECK(dialect.error(Form::kStream, Failure{500, "", "a\nb"}) ==
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\","
        "\"message\":\"a\\nb\"}}\n\n");
}

TEST_CASE("the upstream's error object goes into claude's details", "[claude]") {
  const auto [upstream, details] = GENERATE(table<std::string, std::string>({
      {R"({"code":"x"})", R"({"code":"x"})"},
      {R"({"type":"error","error":{"details":{"error_code":"y"}}})", R"({"error_code":"y"})"},
  }));
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);
  Failure failure{400, "", "m"};
  failure.detail_json = upstream;

  CHECK_THAT(dialect.error(Form::kWhole, failure), ContainsSubstring("\"details\":" + details));
}

TEST_CASE("detail that is no JSON never reaches a claude error", "[claude]") {
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);
  Failure failure{400, "", "m"};
  failure.detail_json = "<html>";

  CHECK(dialect.error(Form::kWhole, failure) ==
        R"({"type":"error","error":{"type":"invalid_request_error","message":"m"}})");
}

}  // namespace abv::tests
