#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/account/accounts.hpp"
#include "host/app/configuration.hpp"
#include "host/app/foundation.hpp"
#include "host/app/running_parts.hpp"
#include "host/lane/site.hpp"
#include "host/lane/traffic.hpp"

namespace abv::app {

// What the pool of a provider's accounts is to become when a generation starts to serve.
struct PoolPlan {
  std::string provider;
  account::PoolSettings settings;
  std::vector<std::string> kinds;
  std::vector<std::shared_ptr<account::Account>> accounts;
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

  // Tells the instances that `next` does not use that no new call will come.
  void drain(const Generation& next) { parts_.drain(next.parts_); }

  // Tells the pools of accounts, which outlive generations, what this one's configuration says.
  void take_over_pools(account::Accounts& accounts) const;

  // Closes upstream connections that were idle for too long.
  void prune_pools() { parts_.prune(); }

 private:
  friend class GenerationBuilder;
  Generation(std::unique_ptr<Configuration> configuration, std::uint64_t number)
      : configuration_(std::move(configuration)), number_(number) {}

  std::unique_ptr<Configuration> configuration_;
  const std::uint64_t number_;
  RunningParts parts_;
  std::vector<PoolPlan> pools_;
  lane::Site site_;
};

}  // namespace abv::app
