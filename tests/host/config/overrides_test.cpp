#include "host/config/overrides.hpp"

#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

using Type = Override::Type;

// The document after the override of `path` by the variable V.
Value overridden(const std::string& document, const std::string& path, Type type,
                 const std::string& text) {
  Value value = yaml(document);
  const auto report =
      apply_overrides(value, {{{"V"}, path, type, "yes!"}}, MapEnvironment{{"V", text}});
  REQUIRE(report.problems.empty());
  REQUIRE(report.unused.empty());
  return value;
}

TEST_CASE("a variable replaces what the file says and leaves its mark") {
  const Value value = overridden("a: {b: 1, c: 2}\n", "a.b", Type::kInteger, "5");
  CHECK(value.to_json() == R"({"a":{"b":5,"c":2}})");
  const Value& set = *value.lookup("a.b");
  CHECK(set.is_from_environment());
  CHECK(set.origin().variable == "V");
  CHECK(set.place().text() == "environment variable V");
}

TEST_CASE("objects on the way are made when they are missing or empty") {
  CHECK(overridden("x: 1\n", "a.b.c", Type::kText, "t").to_json() ==
        R"({"x":1,"a":{"b":{"c":"t"}}})");
  CHECK(overridden("a:\n", "a.b", Type::kText, "t").to_json() == R"({"a":{"b":"t"}})");
}

TEST_CASE("a selector sets every match") {
  CHECK(overridden("m: [{p: x}, {p: y, v: 1}, {p: x, v: 2}]\n", "m[p=x].v", Type::kText, "t")
            .to_json() == R"({"m":[{"p":"x","v":"t"},{"p":"y","v":1},{"p":"x","v":"t"}]})");
}

TEST_CASE("an index sets one item") {
  CHECK(overridden("m: [1, 2]\n", "m[1]", Type::kInteger, "5").to_json() == R"({"m":[1,5]})");
}

TEST_CASE("a text stays a text, whatever it looks like") {
  CHECK(overridden("{}", "a", Type::kText, "5").to_json() == R"({"a":"5"})");
}

TEST_CASE("a boolean has four words for each side") {
  CHECK(overridden("{}", "a", Type::kBool, "1").to_json() == R"({"a":true})");
  CHECK(overridden("{}", "a", Type::kBool, "TRUE").to_json() == R"({"a":true})");
  CHECK(overridden("{}", "a", Type::kBool, "yes").to_json() == R"({"a":true})");
  CHECK(overridden("{}", "a", Type::kBool, "On").to_json() == R"({"a":true})");
  CHECK(overridden("{}", "a", Type::kBool, "0").to_json() == R"({"a":false})");
  CHECK(overridden("{}", "a", Type::kBool, "false").to_json() == R"({"a":false})");
  CHECK(overridden("{}", "a", Type::kBool, "no").to_json() == R"({"a":false})");
  CHECK(overridden("{}", "a", Type::kBool, "off").to_json() == R"({"a":false})");
}

TEST_CASE("a switch sets its text when it is on and changes nothing when it is off") {
  CHECK(overridden("a: x\n", "a", Type::kSwitch, "true").to_json() == R"({"a":"yes!"})");
  CHECK(overridden("a: x\n", "a", Type::kSwitch, "false").to_json() == R"({"a":"x"})");
}

TEST_CASE("a text of the wrong type is a problem that names variable and path") {
  Value value = yaml("a: 1\n");
  const std::vector<Override> rows = {{{"N"}, "a", Type::kInteger, {}},
                                      {{"B"}, "b", Type::kBool, {}}};
  const auto report = apply_overrides(value, rows, MapEnvironment{{"N", "1.5"}, {"B", "maybe"}});
  CHECK(problems_text(report.problems) ==
        "environment variable N: a: expected an integer, got \"1.5\"\n"
        "environment variable B: b: expected true or false, got \"maybe\"");
  CHECK(value.to_json() == R"({"a":1})");
}

TEST_CASE("the first variable that is set and not empty counts") {
  const std::vector<Override> rows = {{{"A", "B"}, "v", Type::kText, {}}};
  Value value = yaml("v: file\n");
  apply_overrides(value, rows, MapEnvironment{{"A", ""}, {"B", "b"}});
  CHECK(value.find("v")->text() == "b");
  apply_overrides(value, rows, MapEnvironment{{"A", "a"}, {"B", "b"}});
  CHECK(value.find("v")->text() == "a");
  CHECK(value.find("v")->origin().variable == "A");
}

TEST_CASE("an empty variable counts as not set") {
  Value value = yaml("v: file\n");
  apply_overrides(value, {{{"A"}, "v", Type::kText, {}}}, MapEnvironment{{"A", ""}});
  CHECK(value.find("v")->text() == "file");
}

TEST_CASE("of two rows for one path the later wins") {
  Value value = yaml("{}");
  apply_overrides(value, {{{"A"}, "v", Type::kText, {}}, {{"B"}, "v", Type::kText, {}}},
                  MapEnvironment{{"A", "a"}, {"B", "b"}});
  CHECK(value.find("v")->text() == "b");
}

TEST_CASE("a variable whose path leads nowhere is reported as unused and changes nothing") {
  Value value = yaml("m: [{p: y}]\ns: 5\n");
  const std::vector<Override> rows = {{{"A"}, "m[p=x].v", Type::kText, {}},
                                      {{"B"}, "n[p=x].v", Type::kText, {}},
                                      {{"C"}, "s.v", Type::kText, {}}};
  const auto report =
      apply_overrides(value, rows, MapEnvironment{{"A", "1"}, {"B", "1"}, {"C", "1"}});
  CHECK(report.unused == std::vector<std::string>{"A", "B", "C"});
  CHECK(value.to_json() == R"({"m":[{"p":"y"}],"s":5})");
}

TEST_CASE("a new value is validated like all others, under the name of its variable") {
  Value value = yaml("port: 1\n");
  apply_overrides(value, {{{"PORT"}, "port", Type::kInteger, {}}},
                  MapEnvironment{{"PORT", "70000"}});
  const auto problems = validate(value, schema(R"({"properties":{"port":{"maximum":65535}}})"));
  CHECK(problems_text(problems) ==
        "environment variable PORT: port: expected at most 65535, got 70000");
}

}  // namespace
}  // namespace abv::config
