#include "host/app/instance_maker.hpp"

#include <utility>

namespace abv::app {

Result<std::shared_ptr<plugin::Instance>> InstanceMaker::instance(
    const std::string& name, const std::string& place, const std::string& plugin,
    const plugin::ManifestComponent& component, const config::Value* entry) {
  auto library =
      foundation_.loader.load(configuration_.catalog(), configuration_.allowed(), plugin);
  if (!library) {
    return Error{library.error().code, place + ": " + library.error().message};
  }
  auto own = component_settings(entry, plugin, component);
  if (!own) {
    return Error{own.error().code, place + ": " + own.error().message};
  }
  plugin::InstanceSpec spec;
  spec.library = std::move(library).value();
  spec.component = component.name;
  spec.name = name;
  spec.config_json = std::move(own->json);
  spec.secrets = std::move(own->secrets);
  const auto& server = configuration_.settings().server;
  const std::string& host = server.host;
  const bool is_loopback = host.starts_with("127.") || host == "::1";
  spec.facts = {{"version", foundation_.version},
                {"listen.host", host},
                {"listen.port", std::to_string(server.port)},
                {"listen.is_loopback", is_loopback ? "true" : "false"}};
  spec.place = place;
  return parts_.instance(std::move(spec), foundation_.services, previous_);
}

Result<std::optional<plugin::Dialect>> InstanceMaker::dialect(const std::string& name,
                                                              const std::string& place,
                                                              std::vector<std::string>& known) {
  const auto source = configuration_.dialect_source(name, known);
  if (!source) {
    return source.error();
  }
  if (!*source) {
    return std::optional<plugin::Dialect>();
  }
  auto made = instance(name, place, (*source)->plugin, *(*source)->component, nullptr);
  if (!made) {
    return made.error();
  }
  auto dialect = plugin::Dialect::of(std::move(made).value());
  if (!dialect) {
    return dialect.error();
  }
  return std::optional(std::move(dialect).value());
}

}  // namespace abv::app
