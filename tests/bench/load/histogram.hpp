#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tests/bench/wire/clock.hpp"

namespace abv::bench {

// Counts durations in buckets that are at most 1/128 of their value wide, so that a percentile is
// right within 0.4 %. The mean and the ends are exact. Negative values count as 0.
class Histogram {
 public:
  void add(Nanos value);
  void clear() { *this = Histogram(); }

  std::uint64_t count() const { return count_; }
  Nanos min() const { return count_ == 0 ? 0 : min_; }
  Nanos max() const { return max_; }
  double mean() const;  // 0 when empty

  // The value that `share` (0 to 1) of the values do not exceed; 0 when empty.
  double percentile(double share) const;

 private:
  static constexpr std::size_t kShifts = 57;
  static constexpr std::size_t kPerShift = 128;

  std::array<std::uint64_t, (kShifts + 1) * kPerShift> buckets_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
  Nanos min_ = 0;
  Nanos max_ = 0;
};

}  // namespace abv::bench
