#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host/upstream/pool.hpp"

namespace abv::upstream {

// The ways out to one provider's upstream: the provider's own, and one for each HTTP proxy that an
// account asks for. They share no connection, and an account with a proxy never goes another way.
// Any thread.
class Egress {
 public:
  // kInvalid as Pool::make. `clock` outlives it.
  static Result<std::unique_ptr<Egress>> make(Settings settings, const Clock& clock);

  // Empty: the provider's own. Valid as long as this.
  Result<Pool*> through(const Secret& proxy);

  void prune();

 private:
  Egress(Settings settings, const Clock& clock, std::unique_ptr<Pool> own)
      : settings_(std::move(settings)), clock_(clock), own_(std::move(own)) {}

  const Settings settings_;
  const Clock& clock_;
  const std::unique_ptr<Pool> own_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Pool>, std::less<>> by_proxy_;
};

}  // namespace abv::upstream
