#include "host/config/schema.hpp"

#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

TEST_CASE("a schema keeps its document") {
  CHECK(schema(R"({"type":"object","title":"t"})").document().to_json() ==
        R"({"type":"object","title":"t"})");
}

TEST_CASE("a keyword that is not checked is refused with its place") {
  CHECK(schema_error(R"({"properties":{"a/b":{"multipleOf":2}}})") ==
        "s.json: #/properties/a~1b: the keyword \"multipleOf\" is not supported");
}

TEST_CASE("every unknown keyword is named") {
  CHECK(schema_error(R"({"minProperties":1,"items":{"contains":true}})") ==
        "s.json: #: the keyword \"minProperties\" is not supported\n"
        "s.json: #/items: the keyword \"contains\" is not supported");
}

TEST_CASE("annotations and foreign extensions are accepted") {
  CHECK(Schema::parse(R"({"$schema":"x","$id":"y","title":"t","description":"d","examples":[1],
                          "deprecated":true,"$comment":"c","x-order":3})",
                      "s")
            .ok());
}

TEST_CASE("an extension of ours that does not exist is refused") {
  CHECK(schema_error(R"({"x-abv-secrets":true})") ==
        "s.json: #: the keyword \"x-abv-secrets\" is not supported");
}

TEST_CASE("a property may have the name of a keyword") {
  CHECK(Schema::parse(R"({"properties":{"multipleOf":{},"type":{"type":"string"}}})", "s").ok());
}

TEST_CASE("a format that is not checked is refused") {
  CHECK(schema_error(R"({"format":"email"})") ==
        "s.json: #/format: the format \"email\" is not supported");
  CHECK(schema_error(R"({"format":1})") == "s.json: #/format: the format 1 is not supported");
}

TEST_CASE("a keyword with a value of the wrong kind is refused") {
  CHECK(schema_error(R"({"type":"int"})") ==
        "s.json: #/type: expected the name of a type, got \"int\"");
  CHECK(schema_error(R"({"type":["string",5]})") ==
        "s.json: #/type: expected the name of a type, got 5");
  CHECK(schema_error(R"({"required":"a"})") == "s.json: #/required: expected a list of strings");
  CHECK(schema_error(R"({"required":[1]})") == "s.json: #/required: expected a list of strings");
  CHECK(schema_error(R"({"minimum":"1"})") == "s.json: #/minimum: expected a number");
  CHECK(schema_error(R"({"minLength":-1})") ==
        "s.json: #/minLength: expected a whole number that is not negative");
  CHECK(schema_error(R"({"uniqueItems":1})") == "s.json: #/uniqueItems: expected true or false");
  CHECK(schema_error(R"({"enum":[]})") == "s.json: #/enum: expected a list of values");
  CHECK(schema_error(R"({"oneOf":[]})") == "s.json: #/oneOf: expected a list of schemas");
  CHECK(schema_error(R"({"properties":[]})") ==
        "s.json: #/properties: expected an object of schemas");
  CHECK(schema_error(R"({"patternProperties":1})") ==
        "s.json: #/patternProperties: expected an object of schemas");
  CHECK(schema_error(R"({"items":[{}]})") ==
        "s.json: #/items: expected a schema, that is an object or a boolean");
  CHECK(schema_error(R"({"x-abv-unique":1})") == "s.json: #/x-abv-unique: expected a string");
  CHECK(schema_error(R"({"pattern":1})") == "s.json: #/pattern: expected a regular expression");
}

TEST_CASE("a pattern that is no regular expression is refused") {
  CHECK_THAT(schema_error(R"({"pattern":"("})"),
             Catch::Matchers::StartsWith("s.json: #/pattern: not a regular expression: "));
}

TEST_CASE("then without if is refused") {
  CHECK(schema_error(R"({"then":{}})") == "s.json: #: \"then\" or \"else\" without \"if\"");
}

TEST_CASE("a reference must lead to a definition") {
  CHECK(schema_error(R"({"$ref":"#/$defs/a"})") == "s.json: #: there is no #/$defs/a");
  CHECK(schema_error(R"({"$ref":"other.json"})") ==
        "s.json: #/$ref: expected a reference to #/$defs/…, got \"other.json\"");
}

TEST_CASE("definitions stand at the root only") {
  CHECK(schema_error(R"({"items":{"$defs":{}}})") ==
        "s.json: #/items/$defs: expected an object of schemas at the root of the schema only");
}

TEST_CASE("a reference that leads back to itself for the same value is refused") {
  CHECK_THAT(schema_error(R"({"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}}})"),
             ContainsSubstring("the schema refers to itself for the same value"));
}

TEST_CASE("a reference that leads back to itself for a member is fine") {
  CHECK(faults(R"({"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object",
                   "properties":{"next":{"$ref":"#/$defs/tree"}},"additionalProperties":false}}})",
               "next: {next: {nxt: {}}}") ==
        "a.yaml:1:15: next.next.nxt: unknown key; did you mean \"next\"?");
}

TEST_CASE("a default that breaks its own rule is refused") {
  CHECK(schema_error(R"({"properties":{"a":{"type":"integer","default":"x"}}})") ==
        "s.json: #/properties/a/default: expected an integer, got \"x\"");
  CHECK(schema_error(R"({"properties":{"a":{"default":{},"required":["b"]}}})") ==
        "s.json: #/properties/a/default: b: is required");
}

TEST_CASE("a default that holds itself is refused and does not loop") {
  CHECK_THAT(schema_error(R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"object","default":{},
                              "properties":{"b":{"$ref":"#/$defs/a"}}}}})"),
             ContainsSubstring("nested too deeply"));
}

}  // namespace
}  // namespace abv::config
