#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <vector>

#include "host/base/clock.hpp"

namespace abv::plugin {

// Takes something out of service after too many failures in too short a time. It does not heal: a
// reload makes a new one. Any thread.
class Fuse {
 public:
  // Blows at the `failures`-th failure within `window`; 0 failures: never.
  Fuse(std::size_t failures, Nanos window);

  // True when this failure blew it.
  bool record_failure(Nanos now);

  bool blown() const noexcept { return blown_.load(std::memory_order_acquire); }

 private:
  const Nanos window_;
  std::mutex mutex_;
  std::vector<Nanos> recent_;  // a ring of the last failures' times
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::atomic<bool> blown_{false};
};

}  // namespace abv::plugin
