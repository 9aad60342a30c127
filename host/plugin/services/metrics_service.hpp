#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "abv/host/metrics.h"
#include "host/metrics/registry.hpp"

namespace abv::plugin {

// abv.host.metrics/1 of one instance. Its metrics are named <plugin id>_<name> and carry the label
// `instance`.
class MetricsService {
 public:
  // `registry` may be null; then the table must not be given away.
  MetricsService(metrics::Registry* registry, std::string_view plugin_id, std::string instance);
  MetricsService(const MetricsService&) = delete;
  MetricsService& operator=(const MetricsService&) = delete;

  const abv_host_metrics* table() const { return &table_; }

  // From now on define fails, and recording needs no lock.
  void freeze() { frozen_.store(true, std::memory_order_release); }

 private:
  static int32_t ABV_CALL define(void* ctx, int32_t kind, abv_str name, abv_str unit, abv_str help,
                                 const double* bounds, size_t bound_count) noexcept;
  static void ABV_CALL record(void* ctx, int32_t metric, double value) noexcept;

  metrics::Registry* registry_;
  const std::string prefix_;
  const std::string instance_;
  std::atomic<bool> frozen_{false};
  std::vector<metrics::Series*> series_;  // written on the load thread before frozen_ is set
  abv_host_metrics table_;
};

}  // namespace abv::plugin
