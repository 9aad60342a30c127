#pragma once

#include <time.h>

#include <cstdint>

namespace abv::bench {

// Nanoseconds of CLOCK_MONOTONIC. One machine has one such clock, so values of two processes may be
// compared; the disconnect measurement depends on that.
using Nanos = std::int64_t;

constexpr Nanos kMicrosecond = 1'000;
constexpr Nanos kMillisecond = 1'000'000;
constexpr Nanos kSecond = 1'000'000'000;

inline Nanos now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return Nanos{now.tv_sec} * kSecond + now.tv_nsec;
}

}  // namespace abv::bench
