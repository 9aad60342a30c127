#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/app/generation.hpp"
#include "host/app/instance_maker.hpp"

namespace abv::app {

// Puts a generation together, step by step; used once. The first failure ends it.
class GenerationBuilder {
 public:
  GenerationBuilder(Generation& generation, const Foundation& foundation,
                    const Generation* previous);

  Result<void> build();

 private:
  Result<void> add_targets();
  Result<void> add_target(const ProviderSettings& settings);
  Result<bool> is_enabled(const ProviderSettings& settings,
                          const plugin::ManifestComponent& component) const;
  Result<void> add_provider(lane::Target& target, const ProviderSettings& settings,
                            std::shared_ptr<plugin::Instance> instance);
  Result<void> add_middlewares();
  Result<void> add_routes(std::vector<route::Entry>& entries);
  Result<void> add_dialect_route(const RouteSettings& settings, std::vector<route::Entry>& entries);
  Result<void> add_handler_route(const RouteSettings& settings, std::vector<route::Entry>& entries);
  Result<void> add_rules(lane::Route& route, const RouteSettings& settings);
  Result<void> add_names(const ModelSettings& settings);
  void add_health(std::vector<route::Entry>& entries);
  void add_warm_up(std::vector<route::Entry>& entries);
  Result<plugin::Dialect> dialect(const RouteSettings& settings);
  Result<void> add_conversion(lane::Target& target, const ProviderSettings& settings);

  void add_accounts(lane::Target& target, const ProviderSettings& settings);
  const lane::Target* find_target(const std::string& name) const;
  void add_endpoint(lane::Endpoint endpoint, const std::string& owner,
                    std::vector<route::Entry>& entries);

  Generation& generation_;
  const Configuration& configuration_;
  const Settings& settings_;
  const Foundation& foundation_;
  const RunningParts* previous_;
  InstanceMaker maker_;
  std::vector<std::string> disabled_;  // names of providers that are there, but off
};

}  // namespace abv::app
