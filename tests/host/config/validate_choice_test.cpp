#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

constexpr char kShapes[] = R"({"oneOf":[
  {"type":"object","required":["kind","r"],"additionalProperties":false,
   "properties":{"kind":{"const":"circle"},"r":{"type":"number"},"fill":{"default":"none"}}},
  {"type":"object","required":["kind","w"],"additionalProperties":false,
   "properties":{"kind":{"const":"box"},"w":{"type":"number"},"height":{"type":"number"}}}
]})";

TEST_CASE("the alternative that fits is taken with its defaults") {
  CHECK(completed(kShapes, "{kind: circle, r: 1}") == R"({"kind":"circle","r":1,"fill":"none"})");
  CHECK(completed(kShapes, "{kind: box, w: 1}") == R"({"kind":"box","w":1})");
}

TEST_CASE("the alternative with the right constant speaks for all") {
  CHECK(faults(kShapes, "{kind: box, w: x, heigth: 1}") ==
        "a.yaml:1:16: w: expected a number, got \"x\"\n"
        "a.yaml:1:19: heigth: unknown key; did you mean \"height\"?");
}

TEST_CASE("an alternative with another constant is left out, however few problems it has") {
  CHECK(faults(R"({"oneOf":[
                   {"properties":{"kind":{"const":"a"},"n":{"type":"integer"},
                                  "m":{"type":"integer"}}},
                   {"properties":{"kind":{"const":"b"}}}]})",
               "{kind: a, n: x, m: y}") ==
        "a.yaml:1:14: n: expected an integer, got \"x\"\n"
        "a.yaml:1:20: m: expected an integer, got \"y\"");
}

TEST_CASE("when two alternatives are equally near, the message lists them") {
  CHECK(faults(R"({"anyOf":[{"minimum":10},{"maximum":0}]})", "5") ==
        "a.yaml:1:1: expected at least 10 or at most 0, got 5");
}

TEST_CASE("when no alternative is near, the message lists them") {
  CHECK(faults(R"({"oneOf":[{"type":"string"},{"type":"array"}]})", "5.5") == "");
  CHECK(faults(R"({"oneOf":[{"type":"boolean"},{"type":"array"}]})", "x") ==
        "a.yaml:1:1: expected true or false or a list, got \"x\"");
  CHECK(faults(R"({"anyOf":[{"type":"integer"},{"enum":["auto"]}]})", "x") ==
        "a.yaml:1:1: expected an integer or \"auto\", got \"x\"");
}

TEST_CASE("an alternative of the right type is preferred to one of another type") {
  CHECK(faults(R"({"anyOf":[{"type":"boolean"},{"type":"string","minLength":3}]})", "x") ==
        "a.yaml:1:1: expected at least 3 characters, got \"x\"");
}

TEST_CASE("the words of x-abv-expected stand for the alternatives") {
  CHECK(faults(R"({"anyOf":[{"type":"integer"},{"type":"boolean"}],"x-abv-expected":"a thing"})",
               "x") == "a.yaml:1:1: expected a thing, got \"x\"");
}

constexpr char kEither[] = R"({"x-abv-expected":"a and b, or c","oneOf":[
  {"required":["a","b"],"properties":{"c":false}},
  {"required":["c"],"properties":{"a":false,"b":false}}]})";

TEST_CASE("of two forms the one that was begun is completed") {
  CHECK(faults(kEither, "{a: 1, b: 2}") == "");
  CHECK(faults(kEither, "{c: 1}") == "");
  CHECK(faults(kEither, "{a: 1}") == "a.yaml:1:1: b: is required");
}

TEST_CASE("when no form was begun the message names both") {
  CHECK(faults(kEither, "{d: 1}") == "a.yaml:1:1: expected a and b, or c, got an object");
}

TEST_CASE("what fits several forms of oneOf is refused") {
  CHECK(faults(R"({"oneOf":[{"type":"number"},{"minimum":1}]})", "5") ==
        "a.yaml:1:1: expected exactly one of the forms, got what fits several");
  CHECK(faults(R"({"oneOf":[{"type":"number"},{"minimum":1}]})", "0") == "");
}

TEST_CASE("the first form of anyOf that fits is taken") {
  CHECK(completed(R"({"anyOf":[{"required":["x"]},{"properties":{"a":{"default":1}}},
                      {"properties":{"a":{"default":2}}}]})",
                  "{}") == R"({"a":1})");
}

TEST_CASE("every rule of allOf counts and fills its defaults") {
  const char* const rules = R"({"allOf":[{"properties":{"a":{"default":1}}},
                                         {"properties":{"b":{"type":"integer"}}}]})";
  CHECK(completed(rules, "{b: 2}") == R"({"b":2,"a":1})");
  CHECK(faults(rules, "{b: x}") == "a.yaml:1:5: b: expected an integer, got \"x\"");
}

TEST_CASE("the same problem from two rules is reported once") {
  CHECK(faults(R"({"allOf":[{"type":"integer"},{"type":"integer"}]})", "x") ==
        "a.yaml:1:1: expected an integer, got \"x\"");
}

TEST_CASE("not refuses what fits") {
  CHECK(faults(R"({"not":{"const":5}})", "5") == "a.yaml:1:1: is not allowed, got 5");
  CHECK(faults(R"({"not":{"const":5},"x-abv-expected":"another number"})", "5") ==
        "a.yaml:1:1: expected another number, got 5");
  CHECK(faults(R"({"not":{"const":5}})", "6") == "");
}

constexpr char kConditional[] = R"({
  "if": {"properties":{"on":{"const":true}},"required":["on"]},
  "then": {"required":["file"],"properties":{"mode":{"default":"w"}}},
  "else": {"properties":{"file":false}}})";

TEST_CASE("then counts when if holds, and else when it does not") {
  CHECK(faults(kConditional, "{on: true}") == "a.yaml:1:1: file: is required");
  CHECK(completed(kConditional, "{on: true, file: x}") == R"({"on":true,"file":"x","mode":"w"})");
  CHECK(faults(kConditional, "{on: false, file: x}") == "a.yaml:1:19: file: is not allowed here");
  CHECK(completed(kConditional, "{on: false}") == R"({"on":false})");
}

TEST_CASE("if leaves the value as it is") {
  CHECK(completed(R"({"if":{"properties":{"a":{"default":1}}}})", "{}") == "{}");
}

TEST_CASE("a rule behind a reference and the rules beside it both count") {
  const char* const rules =
      R"({"$ref":"#/$defs/n","maximum":5,"$defs":{"n":{"type":"integer","minimum":1}}})";
  CHECK(faults(rules, "0") == "a.yaml:1:1: expected at least 1, got 0");
  CHECK(faults(rules, "6") == "a.yaml:1:1: expected at most 5, got 6");
}

}  // namespace
}  // namespace abv::config
