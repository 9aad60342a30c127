#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

constexpr std::string_view kModels =
    R"({"models":[{"id":"a","created":7,"owned_by":"me"},{"id":"b"}]})";

}  // namespace

TEST_CASE("the openai model list is one list object", "[openai]") {
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);

  CHECK(dialect.models(kModels, "", "limit=1") ==
        R"({"object":"list","data":[{"id":"a","object":"model","created":7,"owned_by":"me"},)"
        R"({"id":"b","object":"model","created":0,"owned_by":"system"}]})");
}

TEST_CASE("one openai model is given or not found", "[openai]") {
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);

  CHECK(dialect.models(kModels, "a") ==
        R"({"id":"a","object":"model","created":7,"owned_by":"me"})");
  CHECK(dialect.models(kModels, "x") == std::nullopt);
}

TEST_CASE("an openai model list is read into the neutral one", "[openai]") {
  const DialectProbe dialect(sdk::Dialect<openai::OpenAiDialect>::kComponent);
  const std::string expected = R"({"models":[{"id":"q","created":9,"owned_by":"vllm",)"
                               R"("input_token_limit":32768}]})";
  const std::string models =
      R"([{"id":"q","object":"model","created":9,"owned_by":"vllm","max_model_len":32768},{}])";

  CHECK(dialect.read_models(R"({"object":"list","data":)" + models + "}") == expected);
  CHECK(dialect.read_models(models) == expected);
  CHECK(dialect.read_models("{}") == std::nullopt);
}

}  // namespace abv::tests
