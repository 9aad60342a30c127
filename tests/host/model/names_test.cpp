#include "host/model/names.hpp"

#include "tests/support/catch.hpp"

namespace {

using abv::model::Aliases;
using abv::model::check_sound;
using abv::model::follow;
using abv::model::near_matches;
using abv::model::Step;

TEST_CASE("a name that is no alias leads to itself", "[model]") {
  CHECK(follow({}, "gpt-5") == std::vector<Step>{{"", "gpt-5"}});
}

TEST_CASE("aliases of aliases are followed in order, and no step comes twice", "[model]") {
  const Aliases aliases{
      {"smart", {{"claude", "opus"}, {"", "fast"}, {"", "gpt-5"}}},
      {"fast", {{"openai", "mini"}, {"claude", "opus"}, {"", "gpt-5"}}},
  };

  CHECK(follow(aliases, "smart") ==
        std::vector<Step>{{"claude", "opus"}, {"openai", "mini"}, {"", "gpt-5"}});
}

TEST_CASE("a step with a provider is no alias, even when it has the name of one", "[model]") {
  const Aliases aliases{{"gpt-5", {{"openai", "gpt-5"}, {"azure", "gpt-5"}}}};

  CHECK(check_sound(aliases).ok());
  CHECK(follow(aliases, "gpt-5") == std::vector<Step>{{"openai", "gpt-5"}, {"azure", "gpt-5"}});
}

TEST_CASE("aliases that lead in a circle are refused, and the circle is shown", "[model]") {
  const Aliases aliases{{"a", {{"", "b"}}}, {"b", {{"p", "x"}, {"", "c"}}}, {"c", {{"", "b"}}}};

  const auto sound = check_sound(aliases);

  REQUIRE_FALSE(sound.ok());
  CHECK(sound.error().message == "models.aliases.\"a\" leads in a circle: b -> c -> b");
}

TEST_CASE("an alias that two others share is no circle", "[model]") {
  const Aliases aliases{{"a", {{"", "c"}, {"", "b"}}}, {"b", {{"", "c"}}}, {"c", {{"", "x"}}}};

  CHECK(check_sound(aliases).ok());
}

TEST_CASE("near matches are slips and longer or shorter names, nearest first", "[model]") {
  const std::vector<std::string> known{"claude-opus-4-6", "claude-sonnet-4-6", "gpt-4.1-mini",
                                       "gpt-4.1", "echo"};

  CHECK(near_matches("gpt-4.1-mnii", known).front() == "gpt-4.1-mini");
  CHECK(near_matches("GPT-4.1", known) == std::vector<std::string>{"gpt-4.1", "gpt-4.1-mini"});
  CHECK(near_matches("claude-opus", known) == std::vector<std::string>{"claude-opus-4-6"});
  CHECK(near_matches("llama", known).empty());
  CHECK(near_matches("", known).empty());
  CHECK(near_matches(std::string(5000, 'g'), known).empty());
  CHECK(near_matches("gpt-4", {"gpt-41", "gpt-42", "gpt-43", "gpt-44", "gpt-41"}).size() == 3);
}

}  // namespace
