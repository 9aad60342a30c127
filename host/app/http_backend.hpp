#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "host/base/clock.hpp"
#include "host/plugin/http_backend.hpp"
#include "host/upstream/pool.hpp"

namespace abv::app {

// abv.host.http/1 over the host's own connection pools. Lives as long as the daemon.
class PooledHttpBackend final : public plugin::HttpBackend {
 public:
  explicit PooledHttpBackend(const Clock& clock) : clock_(clock) {}

  Result<std::unique_ptr<plugin::HttpExchange>> open(const Request& request,
                                                     plugin::CallHandle* call) override;

 private:
  Result<upstream::Pool*> pool_for(std::chrono::milliseconds timeout);

  const Clock& clock_;
  std::mutex mutex_;
  // A pool per time limit, since the limits are the pool's.
  std::map<std::int64_t, std::unique_ptr<upstream::Pool>> pools_;
};

}  // namespace abv::app
