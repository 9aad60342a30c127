#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/metrics/registry.hpp"
#include "host/plugin/http_backend.hpp"
#include "host/store/key_value_store.hpp"

namespace abv::plugin {

// How a thread waits for a time on the host's clock. Tests wait on virtual time.
class Waiter {
 public:
  virtual ~Waiter() = default;

  // Returns when `wake` was notified, when `until` has come, or for no reason at all.
  virtual void wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& wake,
                          Nanos until) = 0;
};

// Waits on the clock that SystemClock reads.
class SystemWaiter final : public Waiter {
 public:
  void wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& wake,
                  Nanos until) override {
    wake.wait_until(lock, std::chrono::steady_clock::time_point(until));
  }
};

// When an instance is taken out of service.
struct FuseSettings {
  std::size_t failures = 5;
  Nanos window = std::chrono::seconds(60);
};

// What instances are given of the host. Everything lives longer than every instance, since
// unchanged instances are carried over from generation to generation. A pointer may be null: then
// the plugins do not see that service.
struct HostServices {
  Log& log;
  const Clock& clock;
  Waiter& waiter;
  metrics::Registry* metrics = nullptr;
  store::KeyValueStore* store = nullptr;
  HttpBackend* http = nullptr;
  FuseSettings fuse = {};
};

}  // namespace abv::plugin
