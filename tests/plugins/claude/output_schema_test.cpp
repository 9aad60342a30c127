#include "tests/plugins/claude/request_probe_claude.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

struct Fixture : ClaudeRequests {
  static std::string output(const std::string& schema) {
    return R"(,"output":{"format":"json_schema","schema":)" + schema + "}";
  }
  // The schema that claude gets, for one from another dialect.
  std::string sent(const std::string& schema) const {
    const auto config = sdk::json::parse(member("output_config", output(schema))).value();
    return std::string(config["format"]["schema"].raw());
  }
  Losses told(const std::string& schema) const { return losses(output(schema)); }
};

const Losses kInWords = {
    "approximated /output/schema: what the API's schemas lack stands in words in the description"};

}  // namespace

TEST_CASE_METHOD(Fixture, "limits that claude refuses in an output schema stand in words",
                 "[claude][request]") {
  const std::string schema =
      R"({"type":"object","additionalProperties":false,"required":["n"],"properties":{)"
      R"("n":{"type":"integer","description":"A \"count\"","minimum":1,"exclusiveMaximum":9,)"
      R"("multipleOf":2},"s":{"type":"string","minLength":1,"maxLength":5,"pattern":"^a$"},)"
      R"("l":{"type":"array","items":{"type":"string","format":"regex"},"minItems":2,)"
      R"("maxItems":3,"uniqueItems":true}}})";

  CHECK(sent(schema) ==
        R"({"additionalProperties":false,"properties":{)"
        R"("l":{"description":"{minItems: 2, maxItems: 3, uniqueItems: true}",)"
        R"("items":{"description":"{format: \"regex\"}","type":"string"},"type":"array"},)"
        R"("n":{"description":"A \"count\"\n\n{minimum: 1, exclusiveMaximum: 9, multipleOf: 2}",)"
        R"("type":"integer"},)"
        R"("s":{"description":"{minLength: 1, maxLength: 5, pattern: \"^a$\"}",)"
        R"("type":"string"}},"required":["n"],"type":"object"})");
  CHECK(told(schema) == kInWords);
}

TEST_CASE_METHOD(Fixture, "an output schema that claude takes is sent as it stands",
                 "[claude][request]") {
  const std::string schema =
      R"({"$defs":{"p":{"additionalProperties":false,"properties":{"minimum":{"type":"number"}},)"
      R"("type":"object"}},"additionalProperties":false,"properties":{)"
      R"("a":{"$ref":"#/$defs/p"},"b":{"anyOf":[{"type":"string"},{"type":"null"}]},)"
      R"("c":{"default":"x","enum":["x",1,true,null]},"d":{"const":{}},)"
      R"("e":{"items":{"format":"uuid","type":"string"},"minItems":1,"type":"array"},)"
      R"("f":{"$ref":"#/$defs/p"}},"type":"object"})";
  const std::string plain =
      schema.substr(0, schema.find(R"("d":)")) + schema.substr(schema.find(R"("e":)"));

  CHECK(sent(plain) == plain);
  CHECK(told(plain) == Losses{});
  CHECK(told(schema) == kInWords);
}

TEST_CASE_METHOD(Fixture, "oneOf of an output schema is claude's anyOf", "[claude][request]") {
  CHECK(sent(R"({"oneOf":[{"type":"string"},{"type":"null"}]})") ==
        R"({"anyOf":[{"type":"string"},{"type":"null"}]})");
  CHECK(told(R"({"oneOf":[{"type":"string"},{"type":"null"}]})") ==
        Losses{"approximated /output/schema: oneOf became anyOf"});
  CHECK(sent(R"({"oneOf":[{"type":"string"}],"anyOf":[{"type":"null"}]})") ==
        R"({"anyOf":[{"type":"null"}],"description":"{oneOf: [{\"type\":\"string\"}]}"})");
}

TEST_CASE_METHOD(Fixture, "an open object of an output schema is closed and says what it held",
                 "[claude][request]") {
  CHECK(sent(R"({"type":["object","null"],"additionalProperties":{"type":"number"}})") ==
        R"({"additionalProperties":false,"description":"{additionalProperties: )"
        R"({\"type\":\"number\"}}","type":["object","null"]})");
}

TEST_CASE_METHOD(Fixture, "a reference in an output schema stands alone", "[claude][request]") {
  CHECK(sent(R"({"$schema":"x","$ref":"#/$defs/a","description":"d","$defs":)"
             R"({"a":{"type":"string"}}})") ==
        R"({"$defs":{"a":{"type":"string"}},"anyOf":[{"$ref":"#/$defs/a"}],"description":"d"})");
  CHECK(told(R"({"$schema":"x","type":"string"})") == Losses{});
}

TEST_CASE_METHOD(Fixture, "an output schema inside itself is cut", "[claude][request]") {
  const std::string schema =
      R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"object","additionalProperties":false,)"
      R"("properties":{"next":{"$ref":"#/$defs/n"}}}}})";

  CHECK(sent(schema) ==
        R"({"additionalProperties":false,"properties":{"next":{"additionalProperties":false,)"
        R"("description":"n stands in itself","type":"object"}},"type":"object"})");
  CHECK(told(schema) == kInWords);
}

TEST_CASE_METHOD(Fixture, "references inside allOf of an output schema are merged",
                 "[claude][request]") {
  CHECK(sent(R"({"allOf":[{"$ref":"#/$defs/a"},{"type":"object","properties":{"y":)"
             R"({"type":"string"}}}],"$defs":{"a":{"type":"object","properties":{"x":)"
             R"({"type":"string"}}}}})") ==
        R"({"additionalProperties":false,"properties":{"x":{"type":"string"},)"
        R"("y":{"type":"string"}},"type":"object"})");
}

TEST_CASE_METHOD(Fixture, "a claude client's own output schema comes out as it was",
                 "[claude][request]") {
  const std::string schema =
      R"({"properties":{"a":{"minimum":1,"type":"integer"}},"type":"object"})";
  const std::string config =
      R"({"effort":"low","format":{"schema":)" + schema + R"(,"type":"json_schema"}})";
  const auto with = [](const std::string& field) {
    return R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],)" + field +
           "}";
  };
  const Wanted wanted{.model = kNewModel};

  const auto written = dialect.round_trip(with(R"("output_config":)" + config), wanted);
  const auto beta = dialect.round_trip(
      with(R"("output_format":{"type":"json_schema","schema":)" + schema + "}"), wanted);

  CHECK_THAT(sorted_json(written.body), ContainsSubstring(R"("output_config":)" + config));
  CHECK(written.losses == Losses{});
  CHECK_THAT(sorted_json(beta.body),
             ContainsSubstring(R"("output_config":{"format":{"schema":)" + schema));
  CHECK_THAT(beta.body, !ContainsSubstring("output_format"));
  CHECK(dialect.round_trip(with(R"("output_config":)" + config), {.model = kOldModel}).losses ==
        Losses{"dropped /reasoning/effort: the model does not know efforts"});
}

TEST_CASE_METHOD(Fixture, "other dialects see a claude client's output schema in full",
                 "[claude][request]") {
  const auto read = sdk::json::parse(canonical(
      R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"output_config":{"format":)"
      R"({"type":"json_schema","schema":{"type":"number","minimum":1}}}})"));

  CHECK((*read)["output"].raw() ==
        R"({"format":"json_schema","schema":{"minimum":1,"type":"number"}})");
}

TEST_CASE_METHOD(Fixture, "the name of an output schema is told when it says something",
                 "[claude][request]") {
  const auto named = [&](const std::string& name) {
    return losses(R"(,"output":{"format":"json_schema","name":")" + name +
                  R"(","schema":{"type":"string"}})");
  };

  CHECK(named("weather") == Losses{"dropped /output/name: the format has no name"});
  CHECK(named("response") == Losses{});
  CHECK(told(R"({"type":"string"})") == Losses{});
}

}  // namespace abv::tests
