#pragma once

#include <atomic>
#include <cstdint>

#include "host/base/clock.hpp"

namespace abv::test {

// A clock that stands still until it is told. Any thread.
class VirtualClock final : public Clock {
 public:
  // Both clocks move together.
  void advance(Nanos time) { elapsed_ns_.fetch_add(time.count()); }

  Nanos now() const override { return Nanos(elapsed_ns_.load()); }
  std::int64_t unix_ms() const override { return kStartMs + elapsed_ns_.load() / 1'000'000; }

 private:
  static constexpr std::int64_t kStartMs = 1'700'000'000'000;

  std::atomic<std::int64_t> elapsed_ns_{3'600'000'000'000};
};

}  // namespace abv::test
