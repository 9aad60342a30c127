#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/schema.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// What a component of a plugin says about its own settings.
struct ComponentSchema {
  std::string plugin;  // "abv.openai"
  std::string kind;    // "abv.provider/1"
  std::string name;    // "openai"
  std::string schema;  // JSON Schema of an object; an empty text means: no settings

  // For messages: "abv.openai provider openai".
  std::string title() const;
};

// Compiles the schema and checks that it can stand in one flat object with the host's settings: its
// root is an object that lists its properties and takes no others.
Result<Schema> compile_component(const ComponentSchema& component);

// Grafts the components into `host`, a schema document.
//
// They go where a definition under $defs has "x-abv-component-kinds": the kinds that may be
// configured there. The definition's own properties and those of the component that its `plugin`
// (and, for a plugin with several components of these kinds, `component`) names make up one flat
// object, and nothing else is allowed in it. `plugin` must name one of the components unless
// `enabled` is false. Members of an object whose plugin is not known count as secret.
//
// A property that the host has too, two components of one name, and a schema that cannot be checked
// are errors; the message names them all, one a line.
Result<Schema> merge_components(const Value& host, const std::vector<ComponentSchema>& components);

// The JSON text that the component gets: its own properties of `entry` and no others, in the order
// of its schema, with defaults filled in. `entry` is an object such as providers.openai;
// `component` comes from compile_component(). Holds secrets in clear.
Result<std::string> component_config(const Value& entry, const Schema& component);

}  // namespace abv::config
