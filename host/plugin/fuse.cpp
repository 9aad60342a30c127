#include "host/plugin/fuse.hpp"

#include <algorithm>

namespace abv::plugin {

Fuse::Fuse(std::size_t failures, Nanos window) : window_(window), recent_(failures) {}

bool Fuse::record_failure(Nanos now) {
  const std::lock_guard lock(mutex_);
  if (recent_.empty() || blown()) {
    return false;
  }
  recent_[next_] = now;
  next_ = (next_ + 1) % recent_.size();
  count_ = std::min(count_ + 1, recent_.size());
  // Once the ring is full, `next_` is its oldest failure.
  if (count_ < recent_.size() || now - recent_[next_] > window_) {
    return false;
  }
  blown_.store(true, std::memory_order_release);
  return true;
}

}  // namespace abv::plugin
