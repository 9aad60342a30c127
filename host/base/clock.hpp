#pragma once

#include <chrono>
#include <cstdint>

namespace abv {

using Nanos = std::chrono::nanoseconds;

// The two clocks of the host. Code that waits or measures takes one, so that tests run on virtual
// time. Every method may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Monotonic; the origin is arbitrary.
  virtual Nanos now() const = 0;

  // Milliseconds since 1970-01-01 UTC.
  virtual std::int64_t unix_ms() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Nanos now() const override {
    return std::chrono::duration_cast<Nanos>(std::chrono::steady_clock::now().time_since_epoch());
  }
  std::int64_t unix_ms() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace abv
