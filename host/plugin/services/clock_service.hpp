#pragma once

#include "abv/host/clock.h"
#include "host/base/clock.hpp"
#include "host/plugin/host_services.hpp"

namespace abv::plugin {

// abv.host.clock/1. A sleep ends as soon as its call is cancelled.
class ClockService {
 public:
  ClockService(const Clock& clock, Waiter& waiter);
  ClockService(const ClockService&) = delete;
  ClockService& operator=(const ClockService&) = delete;

  const abv_host_clock* table() const { return &table_; }

 private:
  static int64_t ABV_CALL now_ns(void* ctx) noexcept;
  static int64_t ABV_CALL unix_ms(void* ctx) noexcept;
  static abv_status ABV_CALL sleep_until(void* ctx, const abv_call* call,
                                         int64_t until_ns) noexcept;

  abv_status sleep(CallHandle* call, Nanos until) const;

  const Clock& clock_;
  Waiter& waiter_;
  abv_host_clock table_;
};

}  // namespace abv::plugin
