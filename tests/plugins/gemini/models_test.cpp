#include "abv/sdk/json.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

constexpr std::string_view kModels =
    R"({"models":[{"id":"a","display_name":"A","input_token_limit":1000},{"id":"b"},)"
    R"({"id":"c","operations":["embeddings"]}]})";

std::string page(const std::string& query) {
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);
  const auto body = sdk::json::parse(dialect.models(kModels, "", query).value());
  std::string names;
  for (const auto& model : (*body)["models"].items())
    names += model["name"].as_string() + " ";
  return names + std::string((*body)["nextPageToken"].raw());
}

}  // namespace

TEST_CASE("a gemini model has its resource name and its methods", "[gemini]") {
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);

  CHECK(dialect.models(kModels, "a") ==
        R"({"name":"models/a","version":"001","displayName":"A","description":"",)"
        R"("inputTokenLimit":1000,)"
        R"("supportedGenerationMethods":["generateContent","countTokens"]})");
  CHECK_THAT(dialect.models(kModels, "models/c").value(),
             ContainsSubstring(R"("supportedGenerationMethods":["embedContent"])"));
}

TEST_CASE("a gemini model that is not in the list is not found", "[gemini]") {
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);

  CHECK(dialect.models(kModels, "x") == std::nullopt);
}

TEST_CASE("the gemini model list is paged by size and token", "[gemini]") {
  CHECK(page("") == "models/a models/b models/c ");
  CHECK(page("pageSize=2") == "models/a models/b \"b\"");
  CHECK(page("pageSize=2&pageToken=b") == "models/c ");
  CHECK(page("pageSize=0") == "models/a models/b models/c ");
  CHECK(page("pageToken=gone") == "");
}

TEST_CASE("a gemini model list is read into the neutral one", "[gemini]") {
  const DialectProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);

  CHECK(
      dialect.read_models(R"({"models":[{"name":"models/gemini-2.5-flash","displayName":"Flash",)"
                          R"("inputTokenLimit":1048576,"outputTokenLimit":65536,)"
                          R"("supportedGenerationMethods":["generateContent","countTokens"]}]})") ==
      R"({"models":[{"id":"gemini-2.5-flash","display_name":"Flash","owned_by":"google",)"
      R"("input_token_limit":1048576,"output_token_limit":65536,"operations":["chat"]}]})");
  CHECK(dialect.read_models("[]") == std::nullopt);
}

}  // namespace abv::tests
