#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/app/generation.hpp"

namespace abv::app {

// Puts a generation together, step by step; used once. The first failure ends it.
class GenerationBuilder {
 public:
  GenerationBuilder(Generation& generation, const Foundation& foundation,
                    const Generation* previous);

  Result<void> build();

 private:
  using InstancePointer = std::shared_ptr<plugin::Instance>;

  Result<void> add_targets();
  Result<void> add_target(const ProviderSettings& settings);
  Result<bool> is_enabled(const ProviderSettings& settings,
                          const plugin::ManifestComponent& component) const;
  Result<void> add_provider(lane::Target& target, const ProviderSettings& settings,
                            InstancePointer instance);
  Result<void> add_middlewares();
  Result<void> check_order() const;
  Result<void> add_routes(std::vector<route::Entry>& entries);
  Result<void> add_dialect_route(const RouteSettings& settings, std::vector<route::Entry>& entries);
  Result<void> add_handler_route(const RouteSettings& settings, std::vector<route::Entry>& entries);
  Result<void> add_rules(lane::Route& route, const RouteSettings& settings);
  void add_health(std::vector<route::Entry>& entries);
  Result<std::optional<plugin::Dialect>> find_dialect(const std::string& name,
                                                      const std::string& place,
                                                      std::vector<std::string>& known);
  Result<plugin::Dialect> dialect(const RouteSettings& settings);
  Result<void> add_conversion(lane::Target& target, const ProviderSettings& settings);

  // The running instance with the same key, or a new one, started.
  Result<InstancePointer> instance(const std::string& name, const std::string& place,
                                   const std::string& plugin,
                                   const plugin::ManifestComponent& component,
                                   const config::Value* entry);
  Result<std::shared_ptr<upstream::Pool>> pool(const ProviderSettings& settings);

  const lane::Target* find_target(const std::string& name) const;
  void add_endpoint(lane::Endpoint endpoint, const std::string& owner,
                    std::vector<route::Entry>& entries);

  Generation& generation_;
  const Configuration& configuration_;
  const Settings& settings_;
  const Foundation& foundation_;
  const Generation* previous_;
  std::vector<std::string> disabled_;  // names of providers that are there, but off
};

}  // namespace abv::app
