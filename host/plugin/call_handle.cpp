#include "host/plugin/call_handle.hpp"

#include <utility>

namespace abv::plugin {

void CancelSource::cancel() noexcept {
  const std::lock_guard lock(mutex_);
  if (cancelled_.exchange(true, std::memory_order_acq_rel)) {
    return;
  }
  for (const auto& [id, fn] : waiting_) {
    fn();
  }
  waiting_.clear();
}

void CancelSource::reset() noexcept {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  cancelled_.store(false, std::memory_order_release);
}

CallHandle::CancelId CancelSource::on_cancel(std::function<void()> fn) {
  const std::lock_guard lock(mutex_);
  const CancelId id = ++last_id_;
  if (cancelled()) {
    fn();
    return id;
  }
  waiting_.emplace(id, std::move(fn));
  return id;
}

void CancelSource::forget(CancelId id) noexcept {
  const std::lock_guard lock(mutex_);
  waiting_.erase(id);
}

CallHandle* call_of(const abv_call* table) noexcept {
  if (table == nullptr || !ABV_HAS(abv_call, table, ctx)) {
    return nullptr;
  }
  return static_cast<CallHandle*>(table->ctx);
}

}  // namespace abv::plugin
