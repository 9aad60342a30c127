#include "host/config/expand.hpp"

#include "tests/support/catch.hpp"

namespace abv::config {
namespace {

const MapEnvironment& variables() {
  static const MapEnvironment environment{
      {"A", "one"}, {"B", "two"}, {"EMPTY", ""}, {"RAW", "${A} $$ }"}, {"_x9", "nine"}};
  return environment;
}

std::string text_of(const std::string& text) {
  const auto expansion = expand(text, variables());
  REQUIRE(expansion.ok());
  return expansion->text;
}

std::string error_of(const std::string& text) {
  const auto expansion = expand(text, variables());
  REQUIRE_FALSE(expansion.ok());
  return expansion.error().message;
}

TEST_CASE("a variable is replaced wherever it stands") {
  CHECK(text_of("${A}") == "one");
  CHECK(text_of("x${A}y${B}z") == "xoneytwoz");
  CHECK(text_of("${_x9}") == "nine");
}

TEST_CASE("a dollar sign that starts no expansion stays") {
  CHECK(text_of("$A 5$ $") == "$A 5$ $");
}

TEST_CASE("two dollar signs are one and start no expansion") {
  CHECK(text_of("$${A}") == "${A}");
  CHECK(text_of("$$$${A}") == "$${A}");
  CHECK(text_of("$$${A}") == "$one");
}

TEST_CASE("the text of a variable is not expanded again") {
  CHECK(text_of("${RAW}") == "${A} $$ }");
}

TEST_CASE("the default stands in for a variable that is not set or empty") {
  CHECK(text_of("${NOPE:-d}") == "d");
  CHECK(text_of("${EMPTY:-d}") == "d");
  CHECK(text_of("${A:-d}") == "one");
  CHECK(text_of("${NOPE:-}") == "");
}

TEST_CASE("a default may hold further expansions and braces of its own") {
  CHECK(text_of("${NOPE:-${A}}") == "one");
  CHECK(text_of("${NOPE:-x${NOPE2:-${B}}y}") == "xtwoy");
  CHECK(text_of("${NOPE:-$$}") == "$");
}

TEST_CASE("a default that is not used is not expanded") {
  CHECK(text_of("${A:-${NOPE}}") == "one");
}

TEST_CASE("a variable that is set and empty needs no default") {
  CHECK(text_of("${EMPTY}") == "");
}

TEST_CASE("a variable that is not set is an error that names it") {
  CHECK(error_of("x ${NOPE}") ==
        "environment variable NOPE is not set; set it, or give a default: ${NOPE:-…}");
}

TEST_CASE("the question mark gives its message for a variable that is not set or empty") {
  CHECK(error_of("${NOPE:?get one at example.com}") ==
        "environment variable NOPE is not set: get one at example.com");
  CHECK(error_of("${EMPTY:?needed}") == "environment variable EMPTY is empty: needed");
  CHECK(error_of("${NOPE:?}") == "environment variable NOPE is not set");
  CHECK(text_of("${A:?needed}") == "one");
}

TEST_CASE("a brace that is not closed is an error") {
  CHECK(error_of("${A") == "\"${\" without its \"}\" (write $$ for a dollar sign)");
  CHECK(error_of("${A:-${B}") == "\"${\" without its \"}\" (write $$ for a dollar sign)");
}

TEST_CASE("anything but the three forms is an error that shows it") {
  const std::string rule = "expected ${NAME}, ${NAME:-default} or ${NAME:?message}, got ";
  CHECK(error_of("${}") == rule + "\"${}\"");
  CHECK(error_of("${1A}") == rule + "\"${1A}\"");
  CHECK(error_of("${A-d}") == rule + "\"${A-d}\"");
  CHECK(error_of("${A:+d}") == rule + "\"${A:+d}\"");
  CHECK(error_of("${A B}") == rule + "\"${A B}\"");
}

TEST_CASE("defaults in defaults end at eight levels") {
  const std::string deep = "${N:-${N:-${N:-${N:-${N:-${N:-${N:-${N:-${N:-x}}}}}}}}}";
  CHECK(error_of(deep) == "${…} nested deeper than 8 levels");
  CHECK(text_of("${N:-${N:-${N:-${N:-${N:-${N:-${N:-${N:-x}}}}}}}}") == "x");
}

TEST_CASE("the variables that gave text are listed once, in order") {
  CHECK(expand("${B}${A}${B}", variables())->variables == std::vector<std::string>{"B", "A"});
  CHECK(expand("${NOPE:-x}", variables())->variables.empty());
  CHECK(expand("${NOPE:-${A}}", variables())->variables == std::vector<std::string>{"A"});
}

TEST_CASE("only a text that is one expansion counts as single") {
  CHECK(expand("${A}", variables())->is_single);
  CHECK(expand("${NOPE:-${A}}", variables())->is_single);
  CHECK_FALSE(expand("${A}${B}", variables())->is_single);
  CHECK_FALSE(expand("${A} ", variables())->is_single);
  CHECK_FALSE(expand("$${A}", variables())->is_single);
  CHECK_FALSE(expand("x", variables())->is_single);
}

TEST_CASE("the process environment tells empty from not set") {
  REQUIRE(setenv("ABV_CONFIG_TEST_EMPTY", "", 1) == 0);
  const ProcessEnvironment environment;
  CHECK(environment.get("ABV_CONFIG_TEST_EMPTY") == std::optional<std::string>(""));
  CHECK(environment.get("ABV_CONFIG_TEST_NOT_SET") == std::nullopt);
}

}  // namespace
}  // namespace abv::config
