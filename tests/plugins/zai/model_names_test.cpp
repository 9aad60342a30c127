#include "model_names.hpp"

#include "tests/support/catch.hpp"

namespace abv::tests {

TEST_CASE("names of Claude's classes stand for GLM models, others for themselves", "[zai]") {
  const zai::ModelNames names{"big", "middle", "small", {}};

  CHECK(names.resolve("claude-opus-4-6") == "big");
  CHECK(names.resolve("claude-sonnet-4-5[1m]") == "middle");
  CHECK(names.resolve("Claude-3-5-Haiku-20241022") == "small");
  CHECK(names.resolve("claude-next") == "middle");
  CHECK(names.resolve("glm-4.6") == "glm-4.6");
  CHECK(names.resolve("my-haiku") == "my-haiku");
  CHECK(names.resolve("zai:glm-5") == "glm-5");
  CHECK(names.resolve("").empty());
}

TEST_CASE("names that are given go before Claude's classes", "[zai]") {
  const zai::ModelNames names{
      "big", "middle", "small", {{"claude-opus-4-6", "exact"}, {"Fast", "quick"}}};

  CHECK(names.resolve("claude-opus-4-6") == "exact");
  CHECK(names.resolve("CLAUDE-OPUS-4-6") == "exact");
  CHECK(names.resolve("fast") == "quick");
  CHECK(names.resolve("claude-opus-4-5") == "big");
}

}  // namespace abv::tests
