#include "host/app/configuration.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "host/config/component_schema.hpp"
#include "host/config/host_overrides.hpp"
#include "host/config/host_schema.hpp"
#include "host/config/load_yaml.hpp"
#include "host/config/overrides.hpp"
#include "host/config/suggest.hpp"
#include "host/config/validate.hpp"

namespace abv::app {
namespace {

namespace fs = std::filesystem;

Error invalid(std::string message) {
  return Error{Error::Code::kInvalid, std::move(message)};
}

// Paths in the file are meant from where the file is, wherever the daemon was started.
void resolve_paths(config::Value& document, const std::string& file) {
  const fs::path base = fs::absolute(file).parent_path();
  const auto resolve = [&](config::Value* value) {
    if (value != nullptr && value->is_string() && !value->text().empty()) {
      value->replace_content(
          config::Value::string((base / value->text()).lexically_normal().string()));
    }
  };
  const auto resolve_member = [&](config::Value* object, std::string_view key) {
    resolve(object == nullptr ? nullptr : object->find(key));
  };
  resolve_member(&document, "data_dir");
  resolve_member(document.find("log"), "file");
  if (config::Value* listen = document.find("listen")) {
    resolve_member(listen->find("tls"), "cert_file");
    resolve_member(listen->find("tls"), "key_file");
  }
  if (config::Value* plugins = document.find("plugins")) {
    if (config::Value* dirs = plugins->find("dirs")) {
      std::for_each(dirs->items().begin(), dirs->items().end(),
                    [&](config::Value& dir) { resolve(&dir); });
    }
    if (config::Value* allow = plugins->find("allow")) {
      for (config::Value& entry : allow->items()) {
        resolve_member(&entry, "file");
      }
    }
  }
  for (const char* section : {"providers", "handlers"}) {
    if (config::Value* entries = document.find(section)) {
      for (config::Member& member : entries->members()) {
        resolve_member(&member.value, "ca_file");
      }
    }
  }
}

// The components of the plugins that may be loaded: what the file's entries are checked against.
std::vector<config::ComponentSchema> component_schemas(const plugin::Catalog& catalog,
                                                       const plugin::AllowList& allowed) {
  std::vector<config::ComponentSchema> schemas;
  for (const plugin::Manifest& manifest : catalog.manifests()) {
    if (!allowed.find(manifest.id)) {
      continue;
    }
    for (const plugin::ManifestComponent& component : manifest.components) {
      schemas.push_back(
          {manifest.id, component.kind, component.name, component.config_schema_json});
    }
  }
  return schemas;
}

// Where plugins are told apart from directories in which there are none.
void note_catalog_problems(const plugin::Catalog& catalog, std::vector<std::string>& warnings) {
  for (const Error& problem : catalog.problems()) {
    warnings.push_back(problem.message);
  }
}

struct Found {
  plugin::Catalog catalog;
  plugin::AllowList allowed;
};

Result<Found> find_plugins(const config::Value& document) {
  // The settings of components are not known yet: this pass reads the host's own part only.
  const auto schema = config::Schema::parse(config::host_schema_text(), "host schema");
  if (!schema) {
    return schema.error();
  }
  config::Value copy = document;
  if (const auto problems = config::validate(copy, *schema); !problems.empty()) {
    return invalid(config::problems_text(problems));
  }
  auto allowed = plugin::AllowList::build(read_allow_list(copy));
  if (!allowed) {
    return allowed.error();
  }
  std::vector<fs::path> dirs;
  for (const std::string& dir : read_plugin_dirs(copy)) {
    dirs.emplace_back(dir);
  }
  // A file named in the allow-list has its manifest beside it.
  for (const plugin::AllowedPlugin& one : allowed->plugins()) {
    if (!one.file.empty() &&
        std::find(dirs.begin(), dirs.end(), one.file.parent_path()) == dirs.end()) {
      dirs.push_back(one.file.parent_path());
    }
  }
  return Found{plugin::Catalog::scan(dirs), std::move(allowed).value()};
}

std::string joined_dirs(const plugin::Catalog& catalog) {
  std::string dirs;
  for (const fs::path& dir : catalog.dirs()) {
    dirs += (dirs.empty() ? "" : ", ") + dir.string();
  }
  return dirs;
}

void note_unusable(const config::Value& entry, const Found& found, std::string& problems) {
  const config::Value* plugin = entry.find("plugin");
  if (plugin == nullptr || !plugin->is_string()) {
    return;
  }
  const bool is_allowed = found.allowed.find(plugin->text()).ok();
  if (is_allowed && found.catalog.find(plugin->text()) != nullptr) {
    return;
  }
  problems += (problems.empty() ? "" : "\n") + plugin->place().text() + ": plugin \"" +
              plugin->text() + "\" " +
              (is_allowed ? "was not found in plugins.dirs (" + joined_dirs(found.catalog) + ")"
                          : "is not in plugins.allow");
}

// Entries whose plugin may not be loaded or is not there. Without a plugin the rest of an entry
// cannot be checked, so this comes first; empty when there are none.
std::string unusable_plugins(const config::Value& document, const Found& found) {
  std::string problems;
  for (const char* section : {"providers", "handlers"}) {
    if (const config::Value* entries = document.find(section)) {
      for (const config::Member& member : entries->members()) {
        note_unusable(member.value, found, problems);
      }
    }
  }
  if (const config::Value* entries = document.find("middlewares")) {
    for (const config::Value& entry : entries->items()) {
      note_unusable(entry, found, problems);
    }
  }
  return problems;
}

std::string with_catalog_problems(std::string text, const plugin::Catalog& catalog) {
  for (const Error& problem : catalog.problems()) {
    text += "\n" + problem.message;
  }
  return text;
}

}  // namespace

Configuration::Configuration(config::Value document, config::Schema schema, plugin::Catalog catalog,
                             plugin::AllowList allowed)
    : document_(std::move(document)),
      schema_(std::move(schema)),
      catalog_(std::move(catalog)),
      allowed_(std::move(allowed)),
      settings_(read_settings(document_)) {}

Result<std::unique_ptr<Configuration>> Configuration::load(const std::string& file,
                                                           const config::Environment& environment) {
  auto document = config::load_yaml_file(file, environment);
  if (!document) {
    return document.error();
  }
  const config::OverrideReport report =
      config::apply_overrides(*document, config::host_overrides(), environment);
  if (!report.problems.empty()) {
    return invalid(config::problems_text(report.problems));
  }
  resolve_paths(*document, file);
  auto found = find_plugins(*document);
  if (!found) {
    return found.error();
  }
  if (std::string problems = unusable_plugins(*document, *found); !problems.empty()) {
    return invalid(with_catalog_problems(std::move(problems), found->catalog));
  }
  auto schema = config::merged_schema(component_schemas(found->catalog, found->allowed));
  if (!schema) {
    return schema.error();
  }
  if (const auto problems = config::validate(*document, *schema); !problems.empty()) {
    return invalid(with_catalog_problems(config::problems_text(problems), found->catalog));
  }
  // Again, for the defaults that have just been filled in.
  resolve_paths(*document, file);
  std::unique_ptr<Configuration> made(
      new Configuration(std::move(document).value(), std::move(schema).value(),
                        std::move(found->catalog), std::move(found->allowed)));
  for (const std::string& variable : report.unused) {
    made->warnings_.push_back("environment variable " + variable +
                              " is set, but the configuration has no place for it");
  }
  note_catalog_problems(made->catalog_, made->warnings_);
  return made;
}

Result<const plugin::ManifestComponent*> Configuration::component(
    const std::string& place, const std::string& plugin, const std::string& name,
    const std::vector<std::string>& kinds) const {
  const plugin::Manifest* manifest = catalog_.find(plugin);
  if (manifest == nullptr) {
    return Error{Error::Code::kNotFound, place + ": plugin \"" + plugin +
                                             "\" was not found in plugins.dirs (" +
                                             joined_dirs(catalog_) + ")"};
  }
  const plugin::ManifestComponent* chosen = nullptr;
  for (const plugin::ManifestComponent& one : manifest->components) {
    const bool is_of_kind = std::find(kinds.begin(), kinds.end(), one.kind) != kinds.end();
    if (!is_of_kind || (!name.empty() && one.name != name)) {
      continue;
    }
    if (chosen != nullptr) {
      return invalid(place + ": plugin \"" + plugin + "\" has several components of this kind, \"" +
                     chosen->name + "\" and \"" + one.name + "\": say which with \"component\"");
    }
    chosen = &one;
  }
  if (chosen == nullptr) {
    return invalid(place + ": plugin \"" + plugin + "\" has no component of this kind" +
                   (name.empty() ? "" : " called \"" + name + "\""));
  }
  return chosen;
}

Result<std::optional<Configuration::DialectSource>> Configuration::dialect_source(
    const std::string& name, std::vector<std::string>& known) const {
  for (const plugin::Manifest& manifest : catalog_.manifests()) {
    if (!allowed_.find(manifest.id)) {
      continue;
    }
    for (const plugin::ManifestComponent& component : manifest.components) {
      if (component.kind != ABV_KIND_DIALECT) {
        continue;
      }
      const auto abilities = plugin::parse_dialect_abilities(component.abilities_json,
                                                             manifest.id + " " + component.name);
      if (!abilities) {
        return abilities.error();
      }
      known.push_back(abilities->dialect);
      if (abilities->dialect == name) {
        return std::optional(DialectSource{manifest.id, &component});
      }
    }
  }
  return std::optional<DialectSource>();
}

Result<ComponentSettings> component_settings(const config::Value* entry, const std::string& plugin,
                                             const plugin::ManifestComponent& component) {
  const auto schema = config::compile_component(
      {plugin, component.kind, component.name, component.config_schema_json});
  if (!schema) {
    return schema.error();
  }
  config::Value own = entry == nullptr ? config::Value::object() : *entry;
  if (entry == nullptr) {
    if (const auto problems = config::validate(own, *schema); !problems.empty()) {
      return invalid(config::problems_text(problems));
    }
  }
  ComponentSettings settings;
  const config::Value* properties = schema->document().find("properties");
  for (config::Member& member : own.members()) {
    const bool is_own = properties != nullptr && properties->find(member.key) != nullptr;
    if (!is_own || !member.value.is_secret() || !member.value.is_string()) {
      continue;
    }
    const std::string text = member.value.text();
    if (!text.empty()) {
      settings.secrets.emplace(member.key, Secret(text));
      member.value.replace_content(config::Value::string("secret:" + member.key));
    }
  }
  auto json = config::component_config(own, *schema);
  if (!json) {
    return json.error();
  }
  settings.json = std::move(json).value();
  return settings;
}

Result<plugin::ProviderAbilities> provider_abilities(const ProviderSettings& settings,
                                                     const plugin::ManifestComponent& component) {
  const auto own = component_settings(settings.entry, settings.plugin, component);
  if (!own) {
    return Error{own.error().code, settings.place + ": " + own.error().message};
  }
  return plugin::parse_provider_abilities(component.abilities_json,
                                          settings.place + ": " + component.name, own->json);
}

}  // namespace abv::app
