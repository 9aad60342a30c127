#pragma once

#include <vector>

#include "host/metrics/registry.hpp"

namespace abv::telemetry {

// Gauges of the process, under the names that Prometheus' client libraries give them
// (prometheus.io/docs/instrumenting/writing_clientlibs, 2026-11-24), and its number of threads.
class ProcessMetrics {
 public:
  // Defines them. The registry outlives this.
  explicit ProcessMetrics(metrics::Registry& registry);

  // Reads the present numbers from /proc; what cannot be read stays as it was. Any thread.
  void update();

 private:
  metrics::Series* memory_;
  metrics::Series* threads_;
  metrics::Series* files_;
  metrics::Series* max_files_;
};

// Sets a gauge of the host, which is made at its first use. What the registry refuses is left out.
void set_gauge(metrics::Registry& registry, const char* name, const char* unit, const char* help,
               std::vector<metrics::Label> labels, double value);

}  // namespace abv::telemetry
