#include "host/model/mapping.hpp"

#include "tests/support/catch.hpp"

namespace {

using abv::model::Asker;
using abv::model::Mapped;
using abv::model::Mapping;
using abv::model::MapRule;

const Asker kAnyone{"openai-chat", ""};

MapRule regex(const std::string& text, std::string to) {
  auto rule = MapRule::of_regex(text, std::move(to));
  REQUIRE(rule.ok());
  return std::move(rule).value();
}

TEST_CASE("a name that no rule is for stays as it is", "[model]") {
  const Mapping mapping({MapRule::of_glob("gpt-*", "other")});

  const Mapped mapped = mapping.map("claude-opus", kAnyone);

  CHECK(mapped.name == "claude-opus");
  CHECK(mapped.rule == nullptr);
}

TEST_CASE("the first rule that is for a name decides, and what comes out is not mapped again",
          "[model]") {
  const Mapping mapping({MapRule::of_glob("gpt-4o", "gpt-5"), MapRule::of_glob("gpt-*", "b"),
                         MapRule::of_glob("*", "c")});

  CHECK(mapping.map("gpt-4o", kAnyone).name == "gpt-5");
  CHECK(mapping.map("gpt-4o", kAnyone).number == 0);
  CHECK(mapping.map("gpt-4", kAnyone).name == "b");
  CHECK(mapping.map("x", kAnyone).name == "c");
  CHECK(mapping.map("x", kAnyone).rule->match() == "*");
}

TEST_CASE("an expression has to match the whole name, and its groups may stand in the result",
          "[model]") {
  const Mapping mapping({regex("claude-3-([a-z]+)-\\d{8}", "claude-$1-4-6")});

  CHECK(mapping.map("claude-3-opus-20240229", kAnyone).name == "claude-opus-4-6");
  CHECK(mapping.map("claude-3-opus-20240229-x", kAnyone).rule == nullptr);
  CHECK(mapping.map("my/claude-3-opus-20240229", kAnyone).rule == nullptr);
}

TEST_CASE("a group that matched nothing stands for nothing, and a dollar for itself", "[model]") {
  const Mapping mapping({regex("(x)?-(y)", "$0:$1:$2:$7:$:$a")});

  CHECK(mapping.map("-y", kAnyone).name == "-y::y::$:$a");
}

TEST_CASE("an expression is not tried on names that no vendor gives", "[model]") {
  const Mapping mapping({regex("(a+)+", "slow")});

  CHECK(mapping.map(std::string(256, 'a'), kAnyone).name == "slow");
  CHECK(mapping.map(std::string(257, 'a'), kAnyone).rule == nullptr);
}

TEST_CASE("an expression that is none is refused with a reason", "[model]") {
  const auto rule = MapRule::of_regex("claude-(", "x");

  REQUIRE_FALSE(rule.ok());
  CHECK_FALSE(rule.error().message.empty());
}

TEST_CASE("a rule may be for some dialects and some keys only", "[model]") {
  MapRule rule = MapRule::of_glob("*", "cheap");
  rule.only_for_dialects({"claude-messages", "gemini"});
  rule.only_for_keys({"team-*", "guest"});
  const Mapping mapping({rule});

  CHECK(mapping.map("m", {"gemini", "team-a"}).name == "cheap");
  CHECK(mapping.map("m", {"claude-messages", "guest"}).name == "cheap");
  CHECK(mapping.map("m", {"openai-chat", "guest"}).name == "m");
  CHECK(mapping.map("m", {"gemini", "owner"}).name == "m");
  CHECK(mapping.map("m", {"gemini", ""}).name == "m");
}

}  // namespace
