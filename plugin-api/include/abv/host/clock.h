// abv.host.clock/1: the host's clocks. Tests run on virtual time, so use these and no others.
#ifndef ABV_HOST_CLOCK_H
#define ABV_HOST_CLOCK_H

#include "abv/abi/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_HOST_CLOCK "abv.host.clock/1"

typedef struct abv_host_clock {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Monotonic nanoseconds; the origin is arbitrary.
  // [any-thread]
  int64_t(ABV_CALL* now_ns)(void* ctx) ABV_NOEXCEPT;

  // Milliseconds since 1970-01-01 UTC.
  // [any-thread]
  int64_t(ABV_CALL* unix_ms)(void* ctx) ABV_NOEXCEPT;

  // Waits until `until_ns` on the monotonic clock. Returns ABV_E_CANCELLED as soon as the call is
  // cancelled.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* sleep_until)(void* ctx, const abv_call* call, int64_t until_ns) ABV_NOEXCEPT;
} abv_host_clock;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_HOST_CLOCK_H
