#pragma once

#include <atomic>

#include "host/base/log.hpp"
#include "host/record/call_record.hpp"

namespace abv::record {

// Writes one log line per call. Empty facts are left out.
class LogObserver final : public CallObserver {
 public:
  explicit LogObserver(Log& log) : log_(log) {}

  // Any thread: a reload may change it.
  void set_enabled(bool enabled) { enabled_.store(enabled, std::memory_order_relaxed); }

  void on_call(const CallRecord& record) override;

 private:
  Log& log_;
  std::atomic<bool> enabled_{true};
};

}  // namespace abv::record
