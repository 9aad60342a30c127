// abv.host.metrics/1: numbers for the operator.
#ifndef ABV_HOST_METRICS_H
#define ABV_HOST_METRICS_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_HOST_METRICS "abv.host.metrics/1"

#define ABV_METRIC_COUNTER 1
#define ABV_METRIC_GAUGE 2
#define ABV_METRIC_HISTOGRAM 3

// Metrics are defined in `create` and frozen afterwards, so that recording is one atomic operation
// and the number of series is known.
typedef struct abv_host_metrics {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Defines a metric and gives its handle (0 or more), or a negative abv_status. `name`
  // is [a-z][a-z0-9_]*; `unit` is "s", "By", "1", … (UCUM); `bounds` are a histogram's upper
  // bounds, rising.
  // [load-thread]
  int32_t(ABV_CALL* define)(void* ctx, int32_t kind, abv_str name, abv_str unit, abv_str help,
                            const double* bounds, size_t bound_count) ABV_NOEXCEPT;

  // Adds to a counter, sets a gauge, or records into a histogram.
  // [any-thread]
  void(ABV_CALL* record)(void* ctx, int32_t metric, double value) ABV_NOEXCEPT;
} abv_host_metrics;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_HOST_METRICS_H
