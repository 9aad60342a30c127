#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/app/configuration.hpp"
#include "host/app/foundation.hpp"
#include "host/app/running_parts.hpp"
#include "host/plugin/dialect.hpp"

namespace abv::app {

// Makes instances of components as the configuration sets them up, from the libraries that it
// allows. For the load thread; messages of failures name the place in the YAML.
class InstanceMaker {
 public:
  // All outlive it. What it makes, or takes over from `previous` (may be null), goes into `parts`.
  InstanceMaker(RunningParts& parts, const RunningParts* previous,
                const Configuration& configuration, const Foundation& foundation)
      : parts_(parts),
        previous_(previous),
        configuration_(configuration),
        foundation_(foundation) {}

  // Of a component, as the entry of the YAML sets it up; null for one without an entry. Started.
  Result<std::shared_ptr<plugin::Instance>> instance(const std::string& name,
                                                     const std::string& place,
                                                     const std::string& plugin,
                                                     const plugin::ManifestComponent& component,
                                                     const config::Value* entry);

  // Nothing when no allowed plugin brings it; `known` takes the names of those that there are.
  Result<std::optional<plugin::Dialect>> dialect(const std::string& name, const std::string& place,
                                                 std::vector<std::string>& known);

 private:
  RunningParts& parts_;
  const RunningParts* previous_;
  const Configuration& configuration_;
  const Foundation& foundation_;
};

}  // namespace abv::app
