#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/account/accounts.hpp"
#include "host/app/settings.hpp"
#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/metrics/registry.hpp"
#include "host/plugin/http_backend.hpp"
#include "host/record/call_record.hpp"
#include "host/telemetry/call_metrics.hpp"
#include "host/telemetry/metrics_server.hpp"
#include "host/telemetry/process_metrics.hpp"
#include "host/telemetry/trace_exporter.hpp"

namespace abv::app {

// What tells other machines how the host is doing: metrics for Prometheus, traces for
// OpenTelemetry. Each is off unless the configuration wants it, and then costs nothing. It outlives
// the record queue that feeds it; the rest outlives it.
class Telemetry {
 public:
  // How the host stands.
  struct Numbers {
    std::size_t calls = 0;                 // in progress
    std::size_t generations_draining = 0;  // old ones that still have calls
    std::uint64_t records_dropped = 0;
  };

  static Result<std::unique_ptr<Telemetry>> start(const Settings& settings,
                                                  const std::string& version,
                                                  metrics::Registry& registry,
                                                  plugin::HttpBackend& http, Log& log);

  // Those that want to hear of calls.
  void add_observers(std::vector<record::CallObserver*>& observers) const;

  // Now and then; the main thread.
  void note(const account::Accounts& accounts, const Numbers& numbers, std::int64_t now_ms);

  // Of the metrics; 0 when there are none.
  std::uint16_t metrics_port() const { return server_ ? server_->port() : std::uint16_t{0}; }

 private:
  explicit Telemetry(metrics::Registry& registry) : registry_(registry) {}

  Result<void> start_metrics(const telemetry::MetricsSettings& settings, Log& log);
  void start_traces(const telemetry::TraceSettings& settings, const std::string& version,
                    plugin::HttpBackend& http, Log& log);

  metrics::Registry& registry_;
  std::unique_ptr<telemetry::CallMetrics> calls_;
  std::unique_ptr<telemetry::ProcessMetrics> process_;
  std::unique_ptr<telemetry::TraceExporter> traces_;
  std::unique_ptr<telemetry::MetricsServer> server_;  // last: its threads use the others
};

}  // namespace abv::app
