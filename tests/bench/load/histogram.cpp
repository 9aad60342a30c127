#include "tests/bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace abv::bench {

void Histogram::add(Nanos value) {
  const auto size = static_cast<std::uint64_t>(std::max<Nanos>(value, 0));
  // Values below 256 have buckets of their own; above, the eight leading bits pick the bucket.
  const auto width = static_cast<std::size_t>(std::bit_width(size));
  const std::size_t shift = width > 8 ? width - 8 : 0;
  ++buckets_[shift * kPerShift + static_cast<std::size_t>(size >> shift)];
  if (count_ == 0 || value < min_) min_ = value;
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value);
  ++count_;
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

double Histogram::percentile(double share) const {
  if (count_ == 0) return 0;
  const double rank = std::ceil(share * static_cast<double>(count_));
  double seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += static_cast<double>(buckets_[i]);
    if (seen < rank || buckets_[i] == 0) continue;
    const std::size_t shift = i < 2 * kPerShift ? 0 : i / kPerShift - 1;
    const double low =
        std::ldexp(static_cast<double>(i - shift * kPerShift), static_cast<int>(shift));
    const double half_width = shift == 0 ? 0 : std::ldexp(0.5, static_cast<int>(shift));
    return std::min(low + half_width, static_cast<double>(max_));
  }
  return static_cast<double>(max_);
}

}  // namespace abv::bench
