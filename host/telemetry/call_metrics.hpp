#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/metrics/registry.hpp"
#include "host/record/call_record.hpp"

namespace abv::telemetry {

// Counts calls: what was asked, how it ended, and where the time went.
//
// Names follow OpenTelemetry's semantic conventions for generative AI where those have one
// (opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics, 2026-11-24); what is the host's own
// begins with "abv_". docs/guide/metrics.md lists them all. Clients cannot make series without
// end: model names beyond the first kMostModels are counted together as "other".
class CallMetrics final : public record::CallObserver {
 public:
  static constexpr std::size_t kMostModels = 200;

  // The registry outlives this.
  explicit CallMetrics(metrics::Registry& registry) : registry_(registry) {}

  // The record thread.
  void on_call(const record::CallRecord& call) override;

 private:
  using Labels = std::vector<metrics::Label>;

  // A name of a metric with what is the same for all its series.
  struct Family;

  void count_tokens(const record::CallRecord& call, const Labels& labels);
  void time_call(const record::CallRecord& call, const Labels& labels);
  void time_host(const record::CallRecord& call);
  std::string model(const record::CallRecord& call);

  // Records into a series, which is made at its first use. What the registry refuses is not
  // counted.
  void record(const Family& family, Labels labels, double value);

  metrics::Registry& registry_;
  std::map<std::string, metrics::Series*> series_;  // by name and labels; null: refused
  std::set<std::string, std::less<>> models_;
};

}  // namespace abv::telemetry
