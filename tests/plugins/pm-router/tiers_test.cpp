#include "tiers.hpp"

#include "abv/sdk/failure.hpp"
#include "tests/support/catch.hpp"

using pm_router::RequestFacts;
using pm_router::Tier;
using pm_router::Tiers;

namespace {

Tiers tiers(const char* json) {
  return Tiers(abv::sdk::json::parse(json).value());
}

RequestFacts with(void (*change)(RequestFacts&)) {
  RequestFacts facts;
  change(facts);
  return facts;
}

}  // namespace

TEST_CASE("one reason suffices for the better model, and it is told", "[pm-router]") {
  const Tiers standard = tiers("{}");

  CHECK(standard.judge({}).tier == Tier::kLite);
  CHECK(standard.judge(with([](auto& f) { f.tokens = 7999; })).tier == Tier::kLite);
  CHECK(standard.judge(with([](auto& f) { f.tokens = 8000; })).reason ==
        "8000 tokens, at least 8000");
  CHECK(standard.judge(with([](auto& f) { f.turns = 12; })).tier == Tier::kPro);
  CHECK(standard.judge(with([](auto& f) { f.tools = 6; })).tier == Tier::kPro);
  CHECK(standard.judge(with([](auto& f) { f.images = 1; })).tier == Tier::kPro);
  CHECK(standard.judge(with([](auto& f) { f.has_code = true; })).tier == Tier::kPro);
  CHECK(standard.judge(with([](auto& f) { f.wants_thinking = true; })).tier == Tier::kPro);
}

TEST_CASE("each reason can be switched off", "[pm-router]") {
  const Tiers none = tiers(
      R"({"pro_from":{"tokens":0,"turns":0,"tools":0,"images":0,"code":false,"thinking":false}})");

  CHECK(none.judge(with([](auto& f) {
              f.tokens = f.turns = f.tools = f.images = 1'000'000;
              f.has_code = f.wants_thinking = true;
            }))
            .tier == Tier::kLite);
}

TEST_CASE("keywords of the question come before everything else, in any case", "[pm-router]") {
  const Tiers words = tiers(
      R"({"keywords":[{"contains":"Rename","tier":"lite"},{"contains":"design","tier":"pro"}]})");

  CHECK(words
            .judge(with([](auto& f) {
              f.question = "please RENAME the design";
              f.tokens = 90'000;
            }))
            .tier == Tier::kLite);
  CHECK(words.judge(with([](auto& f) { f.question = "a Design"; })).reason == "keyword \"design\"");
}

TEST_CASE("a keyword without a text or tier is refused", "[pm-router]") {
  CHECK_THROWS_AS(tiers(R"({"keywords":[{"contains":"","tier":"pro"}]})"), abv::sdk::Failure);
  CHECK_THROWS_AS(tiers(R"({"keywords":[{"contains":"x","tier":"best"}]})"), abv::sdk::Failure);
}
