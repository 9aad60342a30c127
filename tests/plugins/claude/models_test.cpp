#include "abv/sdk/json.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

constexpr std::string_view kModels =
    R"({"models":[{"id":"a","display_name":"A","created":1739923200},{"id":"b"},{"id":"c"},)"
    R"({"id":"d"}]})";

std::string page(const std::string& query) {
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);
  const auto body = sdk::json::parse(dialect.models(kModels, "", query).value());
  std::string ids;
  for (const auto& model : (*body)["data"].items())
    ids += model["id"].as_string();
  return ids + ((*body)["has_more"].as_bool() ? " more " : " end ") +
         std::string((*body)["first_id"].raw()) + std::string((*body)["last_id"].raw());
}

}  // namespace

TEST_CASE("a claude model has type, id, name and an RFC 3339 date", "[claude]") {
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);

  CHECK(dialect.models(kModels, "a") ==
        R"({"type":"model","id":"a","display_name":"A","created_at":"2025-02-19T00:00:00Z"})");
  CHECK(dialect.models(kModels, "b") ==
        R"({"type":"model","id":"b","display_name":"b","created_at":"1970-01-01T00:00:00Z"})");
}

TEST_CASE("a claude model that is not in the list is not found", "[claude]") {
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);

  CHECK(dialect.models(kModels, "x") == std::nullopt);
}

TEST_CASE("the claude model list is paged as the API pages", "[claude]") {
  CHECK(page("") == "abcd end \"a\"\"d\"");
  CHECK(page("limit=2") == "ab more \"a\"\"b\"");
  CHECK(page("limit=2&after_id=b") == "cd end \"c\"\"d\"");
  CHECK(page("limit=1&after_id=b") == "c more \"c\"\"c\"");
  CHECK(page("limit=2&before_id=d") == "bc more \"b\"\"c\"");
  CHECK(page("before_id=c") == "ab end \"a\"\"b\"");
  CHECK(page("limit=0") == "a more \"a\"\"a\"");
  CHECK(page("limit=1000") == "abcd end \"a\"\"d\"");
  CHECK(page("after_id=gone") == " end nullnull");
}

TEST_CASE("a claude model list is read into the neutral one", "[claude]") {
  const DialectProbe dialect(sdk::Dialect<claude::Messages>::kComponent);

  CHECK(dialect.read_models(R"({"data":[{"type":"model","id":"claude-x","display_name":"Claude X",)"
                            R"("created_at":"2025-02-19T00:00:00Z","max_input_tokens":200000,)"
                            R"("max_tokens":64000},{"no":"id"}],"has_more":false})") ==
        R"({"models":[{"id":"claude-x","display_name":"Claude X","created":1739923200,)"
        R"("owned_by":"anthropic","input_token_limit":200000,"output_token_limit":64000}]})");
  CHECK(dialect.read_models("<html>") == std::nullopt);
}

}  // namespace abv::tests
