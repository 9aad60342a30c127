#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/app/configuration.hpp"
#include "host/base/log.hpp"
#include "host/lane/site.hpp"
#include "host/lane/token_estimate.hpp"
#include "host/lane/traffic.hpp"
#include "host/lane/turn_memory.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/loader.hpp"

namespace abv::app {

// What all generations of a host stand on. Outlives them.
struct Foundation {
  plugin::Loader& loader;
  const plugin::HostServices& services;
  const std::string& version;
  std::shared_ptr<lane::TurnMemory> turns;
  std::shared_ptr<lane::TokenCalibration> calibration;
};

// One immutable snapshot of configuration, libraries, instances and routes.
//
// Every call holds the generation that it began in to its end. Built, retired and destroyed on the
// load thread; read from any.
class Generation {
 public:
  // Loads, creates and starts everything that the configuration asks for. What is the same as in
  // `previous` (may be null) is carried over. On failure nothing is left behind, and the message
  // names the place in the YAML.
  static Result<std::unique_ptr<Generation>> build(std::unique_ptr<Configuration> configuration,
                                                   std::uint64_t number,
                                                   const Foundation& foundation,
                                                   const Generation* previous);

  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // Stops the instances that no other generation holds.
  ~Generation();

  std::uint64_t number() const { return number_; }
  const Configuration& configuration() const { return *configuration_; }
  const lane::Site& site() const { return site_; }
  const std::map<std::string, std::shared_ptr<plugin::Instance>>& instances() const {
    return instances_;
  }

  // Tells the instances that `next` does not use that no new call will come.
  void drain(const Generation& next);

  // Closes upstream connections that were idle for too long.
  void prune_pools();

 private:
  friend class GenerationBuilder;
  Generation(std::unique_ptr<Configuration> configuration, std::uint64_t number)
      : configuration_(std::move(configuration)), number_(number) {}

  std::unique_ptr<Configuration> configuration_;
  const std::uint64_t number_;
  // By key, so that the next generation can find what stays the same.
  std::map<std::string, std::shared_ptr<plugin::Instance>> instances_;
  std::map<std::string, std::shared_ptr<upstream::Pool>> pools_;
  lane::Site site_;
};

}  // namespace abv::app
