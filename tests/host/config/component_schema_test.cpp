#include "host/config/component_schema.hpp"

#include "host/config/load_json.hpp"
#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

constexpr char kHost[] = R"({
  "type": "object",
  "properties": {
    "providers": {"type":"object","default":{},"additionalProperties":{"$ref":"#/$defs/provider"}},
    "middlewares": {"type":"array","default":[],"items":{"$ref":"#/$defs/middleware"}}
  },
  "$defs": {
    "provider": {
      "type": "object", "required": ["plugin"], "additionalProperties": {"x-abv-secret": true},
      "x-abv-component-kinds": ["abv.provider/1", "abv.handler/1"],
      "properties": {
        "plugin": {"type":"string"}, "component": {"type":"string"},
        "enabled": {"enum":["auto",true,false],"default":"auto"},
        "api_key": {"type":"string","format":"secret","default":""}
      }
    },
    "middleware": {
      "type": "object", "required": ["plugin"], "additionalProperties": {"x-abv-secret": true},
      "x-abv-component-kinds": ["abv.middleware/1"],
      "properties": {"plugin": {"type":"string"}, "component": {"type":"string"}}
    }
  }
})";

const ComponentSchema kOpenai{"abv.openai", "abv.provider/1", "openai", R"({
  "type": "object", "required": ["base_url"], "additionalProperties": false,
  "properties": {
    "base_url": {"type":"string","format":"uri"},
    "organization": {"type":"string","default":""},
    "effort": {"$ref":"#/$defs/effort"}
  },
  "$defs": {"effort": {"enum":["low","high"],"default":"low"}}
})"};

const ComponentSchema kEcho{"abv.echo", "abv.handler/1", "echo", ""};

const ComponentSchema kAuth{"abv.auth", "abv.middleware/1", "auth", R"({
  "properties": {"mode": {"enum":["off","strict"],"default":"strict"},
                 "api_key": {"type":"string","x-abv-secret":true,"default":""}}})"};

Result<Schema> merge(const std::vector<ComponentSchema>& components) {
  auto host = load_json(kHost, "host");
  REQUIRE(host.ok());
  return merge_components(*host, components);
}

std::vector<Problem> check(Value& value, const std::vector<ComponentSchema>& components) {
  const auto merged = merge(components);
  INFO((merged ? std::string() : merged.error().message));
  REQUIRE(merged.ok());
  return validate(value, *merged);
}

std::string merged_faults(const std::string& document) {
  Value value = yaml(document);
  return problems_text(check(value, {kOpenai, kEcho, kAuth}));
}

std::string merge_error(const std::vector<ComponentSchema>& components) {
  const auto merged = merge(components);
  REQUIRE_FALSE(merged.ok());
  return merged.error().message;
}

std::string config_of(const std::string& document, const ComponentSchema& component) {
  const auto compiled = compile_component(component);
  REQUIRE(compiled.ok());
  const auto text = component_config(yaml(document), *compiled);
  REQUIRE(text.ok());
  return *text;
}

TEST_CASE("host and component settings stand in one flat object") {
  Value value = yaml("providers:\n  o: {plugin: abv.openai, base_url: https://x, effort: high}\n");
  CHECK(check(value, {kOpenai}).empty());
  CHECK(value.lookup("providers.o")->to_json() ==
        R"({"plugin":"abv.openai","base_url":"https://x","effort":"high","enabled":"auto",)"
        R"("api_key":"","organization":""})");
}

TEST_CASE("a component's own rules are reported with place and path") {
  CHECK(merged_faults("providers:\n  o:\n    plugin: abv.openai\n    base_url: htps://x\n"
                      "    effort: hihg\n") ==
        "a.yaml:4:15: providers.o.base_url: expected an http or https URL, got \"htps://x\"\n"
        "a.yaml:5:13: providers.o.effort: expected one of \"low\", \"high\", got \"hihg\"; did you "
        "mean \"high\"?");
}

TEST_CASE("a setting that the component requires may not be missing") {
  CHECK(merged_faults("providers:\n  o: {plugin: abv.openai}\n") ==
        "a.yaml:2:6: providers.o.base_url: is required");
}

TEST_CASE("an unknown key suggests the settings of host and component") {
  CHECK(merged_faults("providers:\n  o: {plugin: abv.openai, base_url: http://x, organisation: x, "
                      "enbled: true}\n") ==
        "a.yaml:2:47: providers.o.organisation: unknown key; did you mean \"organization\"?\n"
        "a.yaml:2:64: providers.o.enbled: unknown key; did you mean \"enabled\"?");
}

TEST_CASE("a component without settings takes none") {
  CHECK(merged_faults("providers:\n  e: {plugin: abv.echo, base_url: http://x}\n") ==
        "a.yaml:2:25: providers.e.base_url: unknown key");
}

TEST_CASE("a plugin that is not loaded is refused with a suggestion") {
  CHECK(merged_faults("providers:\n  o: {plugin: abv.opnai}\n") ==
        "a.yaml:2:15: providers.o.plugin: expected one of \"abv.echo\", \"abv.openai\", got "
        "\"abv.opnai\"; did you mean \"abv.openai\"?");
}

TEST_CASE("a middleware's plugin does not serve as a provider") {
  CHECK(merged_faults("providers:\n  a: {plugin: abv.auth}\n") ==
        "a.yaml:2:15: providers.a.plugin: expected one of \"abv.echo\", \"abv.openai\", got "
        "\"abv.auth\"");
}

TEST_CASE("without any component no plugin can be named") {
  Value value = yaml("providers:\n  o: {plugin: abv.openai}\n");
  CHECK(problems_text(check(value, {})) ==
        "a.yaml:2:15: providers.o.plugin: expected a plugin that is loaded, got \"abv.openai\"");
}

TEST_CASE("an entry that is disabled may name a plugin that is not loaded") {
  CHECK(merged_faults("providers:\n  o: {plugin: other, enabled: false, x: 1}\n") == "");
}

TEST_CASE("an entry whose plugin is not known keeps its settings secret") {
  Value value = yaml("providers:\n  o: {plugin: other, enabled: false, token: t}\n");
  CHECK(check(value, {kOpenai}).empty());
  CHECK(value.lookup("providers.o.token")->is_secret());
  CHECK_FALSE(value.lookup("providers.o.plugin")->is_secret());
}

TEST_CASE("an entry whose plugin is known hides only what its schema says") {
  Value value = yaml("middlewares:\n  - {plugin: abv.auth, mode: off, api_key: k}\n");
  CHECK(check(value, {kAuth}).empty());
  CHECK(value.lookup("middlewares[0].api_key")->is_secret());
  CHECK_FALSE(value.lookup("middlewares[0].mode")->is_secret());
}

TEST_CASE("the component may be named when the plugin has only one") {
  CHECK(merged_faults("providers:\n  e: {plugin: abv.echo, component: echo}\n") == "");
  CHECK(merged_faults("providers:\n  e: {plugin: abv.echo, component: other}\n") ==
        "a.yaml:2:36: providers.e.component: expected \"echo\", got \"other\"");
}

TEST_CASE("a plugin with several components needs the name of one") {
  const std::vector<ComponentSchema> two = {
      {"p", "abv.provider/1", "one", R"({"properties":{"a":{"type":"integer"}}})"},
      {"p", "abv.provider/1", "two", R"({"properties":{"count":{"type":"integer"}}})"},
  };
  Value missing = yaml("providers:\n  x: {plugin: p, a: 1}\n");
  CHECK(problems_text(check(missing, two)) == "a.yaml:2:6: providers.x.component: is required");
  Value wrong = yaml("providers:\n  x: {plugin: p, component: tow}\n");
  CHECK(problems_text(check(wrong, two)) ==
        "a.yaml:2:29: providers.x.component: expected one of \"one\", \"two\", got \"tow\"; did "
        "you mean \"two\"?");
  Value other = yaml("providers:\n  x: {plugin: p, component: two, coutn: 1}\n");
  CHECK(problems_text(check(other, two)) ==
        "a.yaml:2:34: providers.x.coutn: unknown key; did you mean \"count\"?");
  Value right = yaml("providers:\n  x: {plugin: p, component: two, count: 1}\n");
  CHECK(problems_text(check(right, two)) == "");
}

TEST_CASE("a component's setting with the name of a host's is refused") {
  CHECK(merge_error({{"p", "abv.provider/1", "x", R"({"properties":{"api_key":{}}})"}}) ==
        "p provider x: #/properties/api_key: the host has a setting of that name");
}

TEST_CASE("the same name is fine where the host has no such setting") {
  CHECK(merge({kAuth}).ok());
}

TEST_CASE("two components of one name are refused") {
  CHECK(merge_error({kEcho, kEcho}) ==
        "abv.echo handler echo: there is another component of that name");
}

TEST_CASE("a component's schema that cannot be checked is refused under its name") {
  CHECK(merge_error({{"p", "abv.provider/1", "x", R"({"properties":{"a":{"contains":1}}})"},
                     {"q", "abv.middleware/1", "y", R"({"type":"array"})"}}) ==
        "p provider x: #/properties/a: the keyword \"contains\" is not supported\n"
        "q middleware y: #/type: expected \"object\", got \"array\"");
}

TEST_CASE("the root of a component's schema speaks only about its own settings") {
  const auto error_of = [](const std::string& text) {
    const auto compiled = compile_component({"p", "abv.provider/1", "x", text});
    return compiled ? std::string() : compiled.error().message;
  };
  CHECK(error_of(R"({"additionalProperties":true})") ==
        "p provider x: #/additionalProperties: expected false, because the host's settings stand "
        "in the same object");
  CHECK(error_of(R"({"propertyNames":{}})") ==
        "p provider x: #: the keyword \"propertyNames\" is not supported at the root of a "
        "component");
  CHECK(error_of(R"({"$ref":"#/$defs/a","$defs":{"a":{}}})") ==
        "p provider x: #: the keyword \"$ref\" is not supported at the root of a component");
  CHECK(error_of("") == "");
}

TEST_CASE("definitions of two components with one name do not mix") {
  const std::vector<ComponentSchema> two = {
      {"p", "abv.provider/1", "x",
       R"({"properties":{"v":{"$ref":"#/$defs/t"}},"$defs":{"t":{"type":"integer"}}})"},
      {"q", "abv.provider/1", "x",
       R"({"properties":{"v":{"$ref":"#/$defs/t"}},"$defs":{"t":{"type":"boolean"}}})"},
  };
  Value value = yaml("providers: {a: {plugin: p, v: true}, b: {plugin: q, v: true}}\n");
  CHECK(problems_text(check(value, two)) ==
        "a.yaml:1:31: providers.a.v: expected an integer, got true");
}

TEST_CASE("the merged document is a schema of its own that reads back") {
  const auto merged = merge({kOpenai, kEcho, kAuth});
  REQUIRE(merged.ok());
  const auto again = Schema::parse(merged->document().to_pretty_json(), "again");
  REQUIRE(again.ok());
  Value value = yaml("providers:\n  o: {plugin: abv.openai}\n");
  CHECK(problems_text(validate(value, *again)) == "a.yaml:2:6: providers.o.base_url: is required");
}

TEST_CASE("a component gets its own settings only, in its schema's order, with defaults") {
  CHECK(config_of("{plugin: abv.openai, effort: high, api_key: k, base_url: 'http://x'}",
                  kOpenai) == R"({"base_url":"http://x","organization":"","effort":"high"})");
  CHECK(config_of("{plugin: abv.echo, enabled: true}", kEcho) == "{}");
}

TEST_CASE("a component gets its secrets in clear") {
  CHECK(config_of("{plugin: abv.auth, api_key: 12345}", kAuth) ==
        R"({"mode":"strict","api_key":"12345"})");
}

TEST_CASE("settings that break the component's schema give no config") {
  const auto compiled = compile_component(kOpenai);
  REQUIRE(compiled.ok());
  const auto text = component_config(yaml("{plugin: abv.openai, base_url: x}"), *compiled);
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().message == "a.yaml:1:32: base_url: expected an http or https URL, got \"x\"");
}

}  // namespace
}  // namespace abv::config
