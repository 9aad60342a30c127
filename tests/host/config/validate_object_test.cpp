#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

constexpr char kServer[] = R"({
  "type": "object", "additionalProperties": false, "required": ["name"],
  "properties": {
    "name": {"type": "string"},
    "port": {"type": "integer", "default": 80},
    "log": {"type": "object", "default": {}, "additionalProperties": false,
            "properties": {"level": {"enum": ["info", "warn"], "default": "info"}}}
  }
})";

TEST_CASE("a valid document has no problems") {
  CHECK(faults(kServer, "name: x\nport: 1\n") == "");
}

TEST_CASE("missing members get their defaults, also inside of objects that are missing") {
  CHECK(completed(kServer, "name: x\n") == R"({"name":"x","port":80,"log":{"level":"info"}})");
  CHECK(completed(kServer, "name: x\nlog: {level: warn}\n") ==
        R"({"name":"x","log":{"level":"warn"},"port":80})");
}

TEST_CASE("a default that was filled in has the origin default") {
  Value value = yaml("name: x\n");
  REQUIRE(validate(value, schema(kServer)).empty());
  CHECK(value.lookup("log.level")->origin().source == Origin::Source::kDefault);
  CHECK(value.lookup("name")->origin().source == Origin::Source::kYaml);
}

TEST_CASE("the default behind a reference is filled in") {
  CHECK(completed(R"({"properties":{"a":{"$ref":"#/$defs/n"}},"$defs":{"n":{"default":7}}})",
                  "{}") == R"({"a":7})");
}

TEST_CASE("a required member that is missing is reported at its object") {
  CHECK(faults(kServer, "port: 1\n") == "a.yaml:1:1: name: is required");
  CHECK(faults(R"({"properties":{"a":{"required":["b"]}}})", "\na:\n  c: 1\n") ==
        "a.yaml:3:3: a.b: is required");
}

TEST_CASE("a required member with a default is never missing") {
  CHECK(completed(R"({"required":["a"],"properties":{"a":{"default":1}}})", "{}") == R"({"a":1})");
}

TEST_CASE("an unknown key is reported at the key with a suggestion") {
  CHECK(faults(kServer, "name: x\nprot: 1\n") ==
        "a.yaml:2:1: prot: unknown key; did you mean \"port\"?");
  CHECK(faults(kServer, "name: x\ncolour: 1\n") == "a.yaml:2:1: colour: unknown key");
  CHECK(faults(kServer, "name: x\nlog:\n  levle: 1\n") ==
        "a.yaml:3:3: log.levle: unknown key; did you mean \"level\"?");
}

TEST_CASE("a key that is already there is not suggested") {
  CHECK(faults(kServer, "name: x\nport: 1\nprot: 1\n") == "a.yaml:3:1: prot: unknown key");
}

TEST_CASE("a key that is not allowed is not suggested") {
  CHECK(faults(R"({"properties":{"port":false},"additionalProperties":false})", "prot: 1\n") ==
        "a.yaml:1:1: prot: unknown key");
}

TEST_CASE("the value of an unknown key is never shown") {
  CHECK_THAT(faults(kServer, "name: x\napi_kee: sk-123\n"), !ContainsSubstring("sk-123"));
}

TEST_CASE("a value that stuck to its key is not shown either") {
  CHECK(faults(kServer, "{name: x, api_key:sk-123}") ==
        "a.yaml:1:11: api_key: unknown key; is a space missing after the colon?");
}

TEST_CASE("all problems are reported, in the order of the file") {
  CHECK(faults(kServer, "log: {level: loud}\nport: x\nz: 1\n") ==
        "a.yaml:1:1: name: is required\n"
        "a.yaml:1:14: log.level: expected one of \"info\", \"warn\", got \"loud\"\n"
        "a.yaml:2:7: port: expected an integer, got \"x\"\n"
        "a.yaml:3:1: z: unknown key");
}

TEST_CASE("a path quotes a key that is not a plain word") {
  CHECK(faults(R"({"additionalProperties":{"additionalProperties":{"type":"integer"}}})",
               "a.b: {c: x}\n") == "a.yaml:1:10: [\"a.b\"].c: expected an integer, got \"x\"");
}

TEST_CASE("members without a rule of their own follow additionalProperties") {
  CHECK(faults(R"({"properties":{"a":{}},"additionalProperties":{"type":"integer"}})",
               "a: x\nb: 1\nc: x\n") == "a.yaml:3:4: c: expected an integer, got \"x\"");
  CHECK(faults(R"({"properties":{"a":{}},"additionalProperties":true})", "b: x\n") == "");
  CHECK(faults(R"({"properties":{"a":{}}})", "b: x\n") == "");
}

TEST_CASE("members whose name matches a pattern follow its rule") {
  const char* const rules =
      R"({"patternProperties":{"^x-":{"type":"integer"}},"additionalProperties":false})";
  CHECK(faults(rules, "x-a: 1\nx-b: s\ny: 1\n") ==
        "a.yaml:2:6: x-b: expected an integer, got \"s\"\n"
        "a.yaml:3:1: y: unknown key");
}

TEST_CASE("the names of members follow propertyNames") {
  CHECK(faults(R"({"propertyNames":{"pattern":"^[a-z]+$"}})", "ab: 1\nA1: 2\n") ==
        "a.yaml:2:1: A1: expected text that matches ^[a-z]+$, got \"A1\"");
}

TEST_CASE("a member whose rule is false is not allowed") {
  CHECK(faults(R"({"properties":{"a":false}})", "a: 1\n") == "a.yaml:1:4: a: is not allowed here");
}

TEST_CASE("items follow their rule and are counted") {
  const char* const rules = R"({"items":{"type":"integer"},"minItems":2,"maxItems":3})";
  CHECK(faults(rules, "[1, x]") == "a.yaml:1:5: [1]: expected an integer, got \"x\"");
  CHECK(faults(rules, "[1]") == "a.yaml:1:1: expected at least 2 items, got 1");
  CHECK(faults(rules, "[1, 2, 3, 4]") == "a.yaml:1:1: expected at most 3 items, got 4");
  CHECK(faults(R"({"minItems":1})", "[]") == "a.yaml:1:1: expected at least 1 item, got 0");
}

TEST_CASE("unique items are compared as JSON") {
  CHECK(faults(R"({"uniqueItems":true})", "[1, {a: 1, b: 2}, 1.0, {b: 2, a: 1}]") ==
        "a.yaml:1:19: [2]: the same as [0], got 1.0\n"
        "a.yaml:1:24: [3]: the same as [1], got an object");
  CHECK(faults(R"({"uniqueItems":true})", "[1, '1']") == "");
}

TEST_CASE("items that share a name name both places") {
  CHECK(faults(R"({"x-abv-unique":"n"})", "- {n: a}\n- {n: b}\n- {m: a}\n- {n: a}\n") ==
        "a.yaml:4:7: [3].n: \"a\" is taken by the one at a.yaml:1:7");
}

TEST_CASE("a string can be bound to the keys of another object") {
  const char* const rules = R"({"properties":{
      "use":{"type":"array","items":{"x-abv-key-of":["things","more.things"]}}}})";
  const std::string document = "use: [one, tow, three]\nthings: {one: 1, two: 2}\n";
  CHECK(faults(rules, document + "more: {things: {three: 3}}\n") ==
        "a.yaml:1:12: use[1]: expected a name that stands under things or more.things, got "
        "\"tow\"; did you mean \"two\"?");
}

TEST_CASE("an empty section counts as an empty object or list") {
  CHECK(completed(R"({"properties":{"a":{"type":"object","properties":{"b":{"default":1}}},
                       "c":{"type":"array"}}})",
                  "a:\nc:\n") == R"({"a":{"b":1},"c":[]})");
}

TEST_CASE("nothing is not a value for a scalar") {
  CHECK(faults(R"({"properties":{"a":{"type":"integer","default":1}}})", "a:\n") ==
        "a.yaml:1:1: a: expected an integer, got nothing");
}

}  // namespace
}  // namespace abv::config
