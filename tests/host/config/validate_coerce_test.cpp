#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

std::string rule(const std::string& text) {
  return R"({"properties":{"v":)" + text + "}}";
}

const MapEnvironment& variables() {
  static const MapEnvironment environment{{"N", "8045"}, {"T", "true"}, {"W", "word"}};
  return environment;
}

TEST_CASE("a number for a string becomes the text as it was written") {
  CHECK(completed(rule(R"({"type":"string"})"), "v: 12345\n") == R"({"v":"12345"})");
  CHECK(completed(rule(R"({"type":"string"})"), "v: 1.10\n") == R"({"v":"1.10"})");
  CHECK(completed(rule(R"({"type":"string"})"), "v: 1e5\n") == R"({"v":"1e5"})");
  CHECK(completed(rule(R"({"type":"string"})"), "v: 00123\n") == R"({"v":"00123"})");
  CHECK(completed(rule(R"({"type":"string"})"), "v: 98765432109876543210\n") ==
        R"({"v":"98765432109876543210"})");
}

TEST_CASE("a number stays one where a number is allowed too") {
  CHECK(completed(rule(R"({"type":["string","integer"]})"), "v: 5\n") == R"({"v":5})");
}

TEST_CASE("a number keeps its kind when the schema names no type") {
  CHECK(completed(rule("{}"), "v: 1.10\n") == R"({"v":1.10})");
}

TEST_CASE("a double without a fraction is an integer") {
  CHECK(completed(rule(R"({"type":"integer"})"), "v: 1e3\n") == R"({"v":1000})");
  CHECK(completed(rule(R"({"type":"integer"})"), "v: 2.0\n") == R"({"v":2})");
  CHECK_FALSE(faults(rule(R"({"type":"integer"})"), "v: 1e300\n").empty());
}

TEST_CASE("a quoted number is not a number") {
  CHECK(faults(rule(R"({"type":"integer"})"), "v: \"5\"\n") ==
        "a.yaml:1:4: v: expected an integer, got \"5\"");
}

TEST_CASE("a quoted expansion is read as the type that is asked for") {
  CHECK(completed(rule(R"({"type":"integer"})"), "v: \"${N}\"\n", variables()) == R"({"v":8045})");
  CHECK(completed(rule(R"({"type":"boolean"})"), "v: \"${T}\"\n", variables()) == R"({"v":true})");
  CHECK(completed(rule(R"({"type":"integer"})"), "{v: \"${X:-7}\"}\n", variables()) ==
        R"({"v":7})");
  CHECK(completed(rule(R"({"enum":["auto",true]})"), "v: \"${T}\"\n", variables()) ==
        R"({"v":true})");
}

TEST_CASE("an expansion for a string keeps its text, whatever it looks like") {
  CHECK(completed(rule(R"({"type":"string"})"), "v: ${N}\n", variables()) == R"({"v":"8045"})");
  CHECK(completed(rule(R"({"type":"string"})"), "v: ${T}\n", variables()) == R"({"v":"true"})");
  CHECK(completed(rule(R"({"type":"string"})"), "v: \"${T}\"\n", variables()) == R"({"v":"true"})");
}

TEST_CASE("a text that is more than one expansion is only a text") {
  CHECK(faults(rule(R"({"type":"integer"})"), "v: \"${N}0\"\n", variables()) ==
        "a.yaml:1:4: v: expected an integer, got \"80450\" from environment variable N");
}

TEST_CASE("an expansion that does not fit the type stays and is reported") {
  CHECK(faults(rule(R"({"type":"integer"})"), "v: \"${W}\"\n", variables()) ==
        "a.yaml:1:4: v: expected an integer, got \"word\" from environment variable W");
}

TEST_CASE("an empty expansion is not an empty section") {
  CHECK(faults(rule(R"({"type":"object"})"), "v: ${X:-}\n") ==
        "a.yaml:1:4: v: expected an object, got \"\"");
}

TEST_CASE("reading as another type keeps place, origin and secrecy") {
  Value value = yaml("v: \"${N}\"\n", variables());
  REQUIRE(validate(value, schema(rule(R"({"type":"integer","x-abv-secret":true})"))).empty());
  const Value& read = *value.find("v");
  CHECK(read.as_int() == 8045);
  CHECK(read.place().text() == "a.yaml:1:4");
  CHECK(read.origin().variable == "N");
  CHECK(read.is_secret());
}

}  // namespace
}  // namespace abv::config
