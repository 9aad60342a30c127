#include "host/plugin/services/clock_service.hpp"

#include <condition_variable>
#include <mutex>

#include "host/plugin/border.hpp"
#include "host/plugin/call_handle.hpp"

namespace abv::plugin {

ClockService::ClockService(const Clock& clock, Waiter& waiter)
    : clock_(clock),
      waiter_(waiter),
      table_{sizeof(abv_host_clock), 0, this, now_ns, unix_ms, sleep_until} {}

int64_t ABV_CALL ClockService::now_ns(void* ctx) noexcept {
  return static_cast<ClockService*>(ctx)->clock_.now().count();
}

int64_t ABV_CALL ClockService::unix_ms(void* ctx) noexcept {
  return static_cast<ClockService*>(ctx)->clock_.unix_ms();
}

abv_status ABV_CALL ClockService::sleep_until(void* ctx, const abv_call* call,
                                              int64_t until_ns) noexcept {
  return at_border([&]() -> abv_status {
    CallHandle* handle = call_of(call);
    if (call != nullptr && handle == nullptr) {
      return ABV_E_INVALID;
    }
    return static_cast<ClockService*>(ctx)->sleep(handle, Nanos(until_ns));
  });
}

abv_status ClockService::sleep(CallHandle* call, Nanos until) const {
  std::mutex mutex;
  std::condition_variable wake;
  bool cancelled = false;
  CallHandle::CancelId registration = 0;
  if (call != nullptr) {
    registration = call->on_cancel([&] {
      const std::lock_guard lock(mutex);
      cancelled = true;
      wake.notify_all();
    });
  }
  {
    std::unique_lock lock(mutex);
    while (!cancelled && clock_.now() < until) {
      waiter_.wait_until(lock, wake, until);
    }
  }
  // After this the callback, which refers to this frame, neither runs nor will run.
  if (call != nullptr) {
    call->forget(registration);
  }
  return cancelled ? ABV_E_CANCELLED : ABV_OK;
}

}  // namespace abv::plugin
