#include "abv/sdk/json_schema.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

namespace json = abv::sdk::json;
namespace schema = abv::sdk::json_schema;

using Lines = std::vector<std::string>;

struct Losses {
  void dropped(std::string_view path, std::string_view why) { add("dropped", path, why); }
  void approximated(std::string_view path, std::string_view why) { add("approximated", path, why); }
  void defaulted(std::string_view path, std::string_view why) { add("defaulted", path, why); }
  void add(std::string what, std::string_view path, std::string_view why) {
    lines.push_back(what.append(" ").append(path).append(": ").append(why));
  }
  Lines lines;
};

struct Converted {
  std::string text;
  Lines losses;
};

Converted convert(const std::string& text, const schema::Target& target) {
  json::Writer out;
  Losses losses;
  schema::convert(json::parse(text).value(), target, out, losses);
  return {out.take(), losses.lines};
}

std::string gemini(const std::string& text) {
  return convert(text, schema::kGeminiJsonSchema).text;
}
std::string openapi(const std::string& text) {
  return convert(text, schema::kOpenApiSubset).text;
}
std::string strict(const std::string& text) {
  return convert(text, schema::kOpenAiStrict).text;
}
std::string from_openapi(const std::string& text) {
  json::Writer out;
  schema::from_openapi(json::parse(text).value(), out);
  return out.take();
}

TEST_CASE("a schema that the target knows is copied byte for byte") {
  const std::string text =
      R"({ "type" : "object", "properties": {"a": {"type": ["string", "null"]}, "b":)"
      R"( {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "d"}},)"
      R"( "required": ["a"], "additionalProperties": false })";

  CHECK(gemini(text) == text);
  CHECK(convert(text, schema::kGeminiJsonSchema).losses.empty());
}

TEST_CASE("properties named like keywords are properties") {
  const std::string properties =
      R"("properties":{"type":{"type":"string"},"description":{"type":"string"},)"
      R"("enum":{"type":"string"},"items":{"type":"string"},"required":{"type":"string"},)"
      R"("properties":{"type":"object"},"$ref":{"type":"string"},"nullable":{"type":"boolean"}})";

  CHECK(gemini(R"({"$schema":"x","type":"object",)" + properties + "}") ==
        R"({"type":"object",)" + properties + "}");
  CHECK_THAT(openapi(R"({"type":"object",)" + properties + "}"),
             ContainsSubstring(R"("nullable":{"type":"BOOLEAN"})"));
}

TEST_CASE("data in a schema is never taken for a schema") {
  CHECK(openapi(R"({"type":"object","properties":{"a":{"type":"string","default":)"
                R"({"type":"object","$ref":"#/x"}}},"example":{"type":"integer"}})") ==
        R"({"type":"OBJECT","example":{"type":"integer"},"properties":{"a":{"type":"STRING",)"
        R"("default":{"type":"object","$ref":"#/x"}}}})");
}

TEST_CASE("references are replaced by what they mean") {
  CHECK(openapi(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/A","description":"mine"},)"
                R"("b":{"$ref":"#/definitions/x~1y"}},"$defs":{"A":{"type":"string",)"
                R"("description":"theirs"}},"definitions":{"x/y":{"type":"integer"}}})") ==
        R"({"type":"OBJECT","properties":{"a":{"type":"STRING","description":"mine"},)"
        R"("b":{"type":"INTEGER"}}})");
}

TEST_CASE("a definition in itself stays a reference where the target knows them") {
  const std::string node =
      R"({"type":"object","properties":{"kids":{"type":"array","items":{"$ref":"#/$defs/Node"}}}})";
  const auto converted = convert(R"({"$ref":"#/$defs/Node","$defs":{"Node":)" + node + "}}",
                                 schema::kGeminiJsonSchema);

  CHECK(converted.text == R"({"type":"object","properties":{"kids":{"type":"array","items":)"
                          R"({"$ref":"#/$defs/Node"}}},"$defs":{"Node":)" +
                              node + "}}");
  CHECK(converted.losses.empty());
}

TEST_CASE("the root inside itself is a definition, too") {
  CHECK(gemini(R"({"type":"object","properties":{"next":{"$ref":"#"}}})") ==
        R"({"type":"object","properties":{"next":{"$ref":"#/$defs/root"}},"$defs":{"root":)"
        R"({"type":"object","properties":{"next":{"$ref":"#/$defs/root"}}}}})");
}

TEST_CASE("a definition in itself is cut where the target has no references") {
  const auto converted =
      convert(R"({"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","properties":)"
              R"({"next":{"$ref":"#/$defs/Node"}}}}})",
              schema::kOpenApiSubset);

  CHECK(converted.text == R"({"type":"OBJECT","properties":{"next":{"type":"OBJECT",)"
                          R"("description":"Node stands in itself"}}})");
  CHECK(converted.losses ==
        Lines{"approximated /properties/next: Node stands in itself: described no deeper"});
}

TEST_CASE("a reference to nowhere stands in words") {
  CHECK(convert(R"({"$ref":"https://x.y/z"})", schema::kGeminiJsonSchema).text ==
        R"x({"description":"($ref: https://x.y/z)"})x");
}

TEST_CASE("references that double at every step end") {
  std::string definitions;
  for (int i = 0; i < 40; ++i) {
    const std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
    definitions += "\"d" + std::to_string(i) + R"(":{"type":"object","properties":{"a":)" + next +
                   ",\"b\":" + next + "}},";
  }
  const auto converted =
      convert(R"({"$ref":"#/$defs/d0","$defs":{)" + definitions + R"("d40":{"type":"string"}}})",
              schema::kOpenApiSubset);

  CHECK(converted.text.size() < 10'000'000);
  CHECK(json::parse(converted.text));
  CHECK_FALSE(converted.losses.empty());
}

TEST_CASE("allOf becomes one schema in which everything holds") {
  CHECK(
      gemini(R"({"allOf":[{"type":"object","properties":{"a":{"type":"string","maxLength":9}},)"
             R"("required":["a"]},{"properties":{"a":{"description":"d"},"b":{"type":"integer",)"
             R"("minimum":1}},"required":["b"]},{"properties":{"b":{"minimum":5}}}]})") ==
      R"x({"type":"object","properties":{"a":{"type":"string","description":"d (maxLength: 9)"},)x"
      R"("b":{"type":"integer","minimum":5}},"required":["a","b"]})");
}

TEST_CASE("oneOf becomes anyOf") {
  CHECK(gemini(R"({"oneOf":[{"type":"string"},{"type":"integer"}]})") ==
        R"({"anyOf":[{"type":"string"},{"type":"integer"}]})");
}

TEST_CASE("what stands beside anyOf holds in each branch") {
  CHECK(gemini(R"({"type":"object","properties":{"a":{"type":"string"}},"description":"d",)"
               R"("anyOf":[{"required":["a"]},{"properties":{"b":{"type":"integer"}}}]})") ==
        R"({"anyOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},)"
        R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}}}],)"
        R"("description":"d"})");
}

TEST_CASE("const becomes an enum with its type") {
  CHECK(gemini(R"({"const":"a"})") == R"({"type":"string","enum":["a"]})");
  CHECK(gemini(R"({"const":3})") == R"({"type":"integer","enum":[3]})");
  CHECK(gemini(R"({"const":2.5})") == R"({"type":"number","enum":[2.5]})");
  CHECK(gemini(R"({"const":null})") == R"({"type":"null"})");
  CHECK(gemini(R"({"const":true})") == R"x({"type":"boolean","description":"(enum: true)"})x");
  CHECK(strict(R"({"const":true})") == R"({"type":"boolean","enum":[true]})");
}

TEST_CASE("an enum of numbers becomes strings where only strings are allowed") {
  const auto converted = convert(R"({"type":"integer","enum":[1,2]})", schema::kOpenApiSubset);

  CHECK(converted.text == R"({"type":"STRING","enum":["1","2"]})");
  CHECK(converted.losses == Lines{"approximated /enum: the upstream takes strings only"});
  CHECK(gemini(R"({"type":"integer","enum":[1,2]})") == R"({"type":"integer","enum":[1,2]})");
}

TEST_CASE("null is a type, a flag or a branch, as the target has it") {
  const std::string nullable =
      GENERATE(R"({"type":["string","null"]})", R"({"type":"string","nullable":true})",
               R"({"anyOf":[{"type":"string"},{"type":"null"}]})");
  CHECK(openapi(nullable) == R"({"type":"STRING","nullable":true})");
  CHECK(openapi(R"({"enum":["a",null]})") == R"({"type":"STRING","nullable":true,"enum":["a"]})");
  CHECK(gemini(R"({"enum":["a",null]})") ==
        R"({"anyOf":[{"type":"string","enum":["a"]},{"type":"null"}]})");
  CHECK(gemini(R"({"type":"string","nullable":true})") == R"({"type":["string","null"]})");
}

TEST_CASE("several types become branches, each with what is about it") {
  CHECK(gemini(R"({"type":["array","integer","null"],"items":{"type":"string"},"minimum":3})") ==
        R"({"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"integer","minimum":3},)"
        R"({"type":"null"}]})");
}

TEST_CASE("keywords that the target lacks stand in words in the description") {
  const auto converted =
      convert(R"({"type":"string","pattern":"^\"a\"$","minLength":1,"description":"Say \"a\""})",
              schema::kGeminiJsonSchema);

  CHECK(converted.text ==
        R"x({"type":"string","description":"Say \"a\" (pattern: ^\"a\"$; minLength: 1)"})x");
  CHECK(converted.losses == Lines{"approximated /pattern: stands in words in the description",
                                  "approximated /minLength: stands in words in the description"});
  CHECK(openapi(R"({"type":"string","pattern":"^a$","format":"uri"})") ==
        R"x({"type":"STRING","pattern":"^a$","description":"(format: uri)"})x");
}

TEST_CASE("words of a long or split text stay sound") {
  const std::string text = R"({"type":"string","not":{"const":")" + std::string(386, 'a') +
                           "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"}}";

  CHECK(json::parse(gemini(text)));
  CHECK(gemini(text).size() < 480);
}

TEST_CASE("an exclusive bound of whole numbers becomes the next number") {
  CHECK(gemini(R"({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":10})") ==
        R"({"type":"integer","minimum":1,"maximum":9})");
  CHECK(gemini(R"({"type":"number","exclusiveMinimum":0})") ==
        R"x({"type":"number","description":"(exclusiveMinimum: 0)"})x");
  CHECK(strict(R"({"type":"integer","exclusiveMinimum":0})") ==
        R"({"type":"integer","exclusiveMinimum":0})");
}

TEST_CASE("only properties that exist are required") {
  CHECK(gemini(R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a","b"]})") ==
        R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})");
}

TEST_CASE("boolean schemas allow anything or nothing") {
  CHECK(gemini("true") == "{}");
  const auto converted =
      convert(R"({"type":"object","properties":{"a":true,"b":false},"required":["b"]})",
              schema::kGeminiJsonSchema);
  CHECK(converted.text == R"({"type":"object","properties":{"a":{}}})");
  CHECK(converted.losses == Lines{"dropped /properties/b: no value is allowed"});
}

TEST_CASE("a tuple is kept where the target knows it") {
  CHECK(gemini(R"({"type":"array","items":[{"type":"string"},{"const":1}]})") ==
        R"({"type":"array","prefixItems":[{"type":"string"},{"type":"integer","enum":[1]}]})");
  const auto converted = convert(R"({"type":"array"})", schema::kOpenApiSubset);
  CHECK(converted.text == R"({"type":"ARRAY","items":{"type":"STRING"}})");
  CHECK(converted.losses ==
        Lines{"defaulted /items: the upstream wants to know of what the array is"});
}

TEST_CASE("strict objects are closed and all their properties required") {
  const auto converted =
      convert(R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},)"
              R"("c":{"enum":["x"]}},"required":["a"],"additionalProperties":true})",
              schema::kOpenAiStrict);

  CHECK(converted.text ==
        R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":["integer","null"]},)"
        R"("c":{"anyOf":[{"type":"string","enum":["x"]},{"type":"null"}]}},)"
        R"("required":["a","b","c"],"additionalProperties":false})");
  CHECK(converted.losses ==
        Lines{"approximated /additionalProperties: the upstream takes closed objects",
              "approximated /properties/b: optional became required but may be null",
              "approximated /properties/c: optional became required but may be null"});
}

TEST_CASE("a strict schema that is closed already is copied") {
  const std::string text =
      R"({"type":"object","properties":{"a":{"type":"object","properties":{},"required":[],)"
      R"("additionalProperties":false}},"required":["a"],"additionalProperties":false})";

  CHECK(strict(text) == text);
}

TEST_CASE("map types are kept where the target knows them") {
  const std::string map = R"({"type":"object","additionalProperties":{"type":"integer"}})";

  CHECK(gemini(map) == map);
  CHECK(openapi(map) ==
        R"x({"type":"OBJECT","description":"(additionalProperties: {\"type\":\"integer\"})"})x");
}

TEST_CASE("a schema as deep as JSON may be is cut, not followed for ever") {
  std::string text = R"({"type":"string","pattern":"x"})";
  for (int i = 0; i < 200; ++i)
    text.insert(0, R"({"type":"array","items":)").append("}");
  const auto converted = convert(text, schema::kGeminiJsonSchema);

  CHECK(json::parse(converted.text));
  CHECK(converted.losses.size() == 1);
}

TEST_CASE("paths of losses begin where the schema stands, with names escaped") {
  json::Writer out;
  Losses losses;
  schema::convert(json::parse(R"({"type":"object","properties":{"a/b":{"type":"string",)"
                              R"("pattern":"x"}}})")
                      .value(),
                  schema::kGeminiJsonSchema, out, losses, "/tools/0/parameters");

  CHECK(losses.lines == Lines{"approximated /tools/0/parameters/properties/a~1b/pattern: stands in "
                              "words in the description"});
}

TEST_CASE("Gemini's Schema object becomes JSON Schema") {
  CHECK(from_openapi(R"({"type":"OBJECT","nullable":true,"properties":{"type":{"type":"STRING",)"
                     R"("format":"enum","enum":["STRING"]},"n":{"type":"ARRAY","min_items":"2",)"
                     R"("items":{"any_of":[{"type":"INTEGER"},{"type":"STRING"}]}}},)"
                     R"("property_ordering":["n","type"],"example":{"type":"STRING"}})") ==
        R"({"type":["object","null"],"properties":{"type":{"type":"string","enum":["STRING"]},)"
        R"("n":{"type":"array","minItems":2,"items":{"anyOf":[{"type":"integer"},)"
        R"({"type":"string"}]}}},"propertyOrdering":["n","type"],"examples":[{"type":"STRING"}]})");
}

TEST_CASE("a nullable enum of Gemini's may be null in JSON Schema, too") {
  CHECK(from_openapi(R"({"type":"STRING","nullable":true,"enum":["a"]})") ==
        R"({"anyOf":[{"type":"string","enum":["a"]},{"type":"null"}]})");
  CHECK(from_openapi(R"({"type":"TYPE_UNSPECIFIED"})") == "{}");
}

}  // namespace
