#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/app/settings.hpp"
#include "host/base/result.hpp"
#include "host/config/environment.hpp"
#include "host/config/schema.hpp"
#include "host/config/value.hpp"
#include "host/plugin/abilities.hpp"
#include "host/plugin/allow_list.hpp"
#include "host/plugin/catalog.hpp"

namespace abv::app {

// A configuration file that was read, completed and found valid, together with the manifests of the
// plugins that it may use. No library has been opened for it.
class Configuration {
 public:
  // Reads everything anew: file, environment, manifests. Every problem is named, one a line.
  // Warnings, such as variables that are set but do nothing, are in warnings().
  static Result<std::unique_ptr<Configuration>> load(const std::string& file,
                                                     const config::Environment& environment);

  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;

  const config::Value& document() const { return document_; }
  const config::Schema& schema() const { return schema_; }
  const Settings& settings() const { return settings_; }
  const plugin::Catalog& catalog() const { return catalog_; }
  const plugin::AllowList& allowed() const { return allowed_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  // The one component that an entry of the YAML stands for, among those whose kind is in `kinds`.
  Result<const plugin::ManifestComponent*> component(const std::string& place,
                                                     const std::string& plugin,
                                                     const std::string& name,
                                                     const std::vector<std::string>& kinds) const;

  // Which allowed plugin brings the dialect called `name`; nothing when none does. `known` takes
  // the names of those that were met on the way: all, when it comes to nothing.
  struct DialectSource {
    std::string plugin;
    const plugin::ManifestComponent* component;
  };
  Result<std::optional<DialectSource>> dialect_source(const std::string& name,
                                                      std::vector<std::string>& known) const;

 private:
  Configuration(config::Value document, config::Schema schema, plugin::Catalog catalog,
                plugin::AllowList allowed);

  config::Value document_;
  config::Schema schema_;
  plugin::Catalog catalog_;
  plugin::AllowList allowed_;
  Settings settings_;
  std::vector<std::string> warnings_;
};

// What create() of a component gets: its own settings of an entry, with secrets replaced by
// "secret:<name>", and the secrets themselves.
struct ComponentSettings {
  std::string json;
  std::map<std::string, Secret, std::less<>> secrets;
};

// `entry` may be null for a component without an entry of its own, such as a dialect.
Result<ComponentSettings> component_settings(const config::Value* entry, const std::string& plugin,
                                             const plugin::ManifestComponent& component);

// What the provider of an entry can do with the entry's settings. `component` is the entry's.
Result<plugin::ProviderAbilities> provider_abilities(const ProviderSettings& settings,
                                                     const plugin::ManifestComponent& component);

}  // namespace abv::app
