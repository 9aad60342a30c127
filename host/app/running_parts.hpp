#pragma once

#include <map>
#include <memory>
#include <string>

#include "host/app/settings.hpp"
#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/instance.hpp"
#include "host/upstream/egress.hpp"

namespace abv::app {

// What a generation runs that its successor can go on with: instances of plugins and ways out
// to upstreams, each found by all that makes it different from another. For the load
// thread.
class RunningParts {
 public:
  // A part with the same key that is held already, or that `previous` (may be null) holds, or a new
  // one, started. An instance of `previous` whose fuse has blown is made anew: a reload is how an
  // operator mends it.
  Result<std::shared_ptr<plugin::Instance>> instance(plugin::InstanceSpec spec,
                                                     const plugin::HostServices& services,
                                                     const RunningParts* previous);
  Result<std::shared_ptr<upstream::Egress>> egress(const ProviderSettings& settings,
                                                   const Clock& clock,
                                                   const RunningParts* previous);

  // Tells the instances that `next` does not hold that no new call will come.
  void drain(const RunningParts& next);

  // Closes upstream connections that were idle for too long.
  void prune();

 private:
  std::map<std::string, std::shared_ptr<plugin::Instance>> instances_;
  std::map<std::string, std::shared_ptr<upstream::Egress>> egresses_;
};

}  // namespace abv::app
