#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

#include "abv/abi/call.h"

namespace abv::plugin {

// A call, as far as whoever waits on its behalf has to know it: is it over before its time?
//
// The `ctx` of every abv_call points to one; CallTable sees to that.
class CallHandle {
 public:
  // Names a registration; never 0.
  using CancelId = std::uint64_t;

  CallHandle() = default;
  CallHandle(const CallHandle&) = delete;
  CallHandle& operator=(const CallHandle&) = delete;

  // Is the client gone, or the call over its deadline? Any thread, no lock.
  virtual bool cancelled() const noexcept = 0;

  // Runs `fn` once when the call is cancelled, on the thread that cancels it; at once, on this
  // thread, when it is cancelled already. `fn` must not block, throw, or call the handle. Any
  // thread.
  virtual CancelId on_cancel(std::function<void()> fn) = 0;

  // Takes the registration back. When it returns, `fn` is not running and will not run. Any thread
  // but the one that runs `fn`.
  virtual void forget(CancelId id) noexcept = 0;

 protected:
  ~CallHandle() = default;
};

// Cancellation as such: what a call holds to offer CallHandle. Every method may be called from any
// thread.
class CancelSource final : public CallHandle {
 public:
  // Cancels, once; later calls do nothing. Runs what is registered.
  void cancel() noexcept;

  // For a source that is used for one call after another: back to not cancelled, nothing
  // registered.
  void reset() noexcept;

  bool cancelled() const noexcept override { return cancelled_.load(std::memory_order_acquire); }
  CancelId on_cancel(std::function<void()> fn) override;
  void forget(CancelId id) noexcept override;

 private:
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;  // held while callbacks run, which makes forget() wait for them
  CancelId last_id_ = 0;
  std::map<CancelId, std::function<void()>> waiting_;
};

// The call behind a table that a plugin handed back; null when it is null or not a call's table.
CallHandle* call_of(const abv_call* table) noexcept;

}  // namespace abv::plugin
