// What plugins say of themselves: the manifest, the abilities and the settings in it.

#include "host/plugin/manifest.hpp"
#include "host/config/component_schema.hpp"
#include "host/config/validate.hpp"
#include "host/plugin/abilities.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

void read_abilities(std::string_view json) {
  (void)plugin::parse_provider_abilities(json, "provider");
  (void)plugin::parse_handler_abilities(json, "handler");
  (void)plugin::parse_middleware_abilities(json, "middleware");
  (void)plugin::parse_order_facts(json, "order");
  const auto dialect = plugin::parse_dialect_abilities(json, "dialect");
  if (!dialect) return;
  require(!dialect->dialect.empty(), "a dialect has a name");
  for (const plugin::Endpoint& endpoint : dialect->endpoints) {
    require(!endpoint.operation.empty() && !endpoint.method.empty() && !endpoint.path.empty(),
            "an endpoint has an operation, a method and a path");
  }
}

void read_settings(const plugin::Manifest& manifest, const plugin::ManifestComponent& component) {
  const auto schema = config::compile_component(
      {manifest.id, component.kind, component.name, component.config_schema_json});
  if (!schema) {
    require(!schema.error().message.empty(), "a schema that is refused is told why");
    return;
  }
  config::Value settings = config::Value::object();
  if (config::validate(settings, *schema).empty()) {
    require(config::component_config(settings, *schema).ok(), "valid settings can be handed over");
  }
}

void read_manifest(std::string_view text) {
  const auto manifest = plugin::parse_manifest(text, "plugins/echo.abv.json");
  if (!manifest) {
    require(!manifest.error().message.empty(), "a manifest that is refused is told why");
    read_abilities(text);
    return;
  }
  require(!manifest->components.empty(), "a manifest has components");
  for (const plugin::ManifestComponent& component : manifest->components) {
    require(manifest->find(component.name) == &component, "a component is found by its name");
    read_abilities(component.abilities_json);
    (void)plugin::parse_order_facts(component.order_json, "order");
    read_settings(*manifest, component);
  }
}

}  // namespace
}  // namespace abv::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  abv::fuzz::read_manifest(abv::fuzz::Exactly(abv::fuzz::view_of(data, size)).view());
  return 0;
}
