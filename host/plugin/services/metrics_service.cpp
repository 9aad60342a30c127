#include "host/plugin/services/metrics_service.hpp"

#include <utility>

#include "host/plugin/border.hpp"
#include "host/plugin/status.hpp"

namespace abv::plugin {
namespace {

constexpr std::size_t kMaxBounds = 64;
constexpr std::size_t kMaxPerInstance = 256;

// "abv.openai" → "abv_openai_"
std::string prefix_of(std::string_view plugin_id) {
  std::string prefix(plugin_id);
  for (char& c : prefix) {
    c = c == '.' || c == '-' ? '_' : c;
  }
  return prefix + '_';
}

bool is_kind_of_metric(int32_t kind) noexcept {
  return kind == ABV_METRIC_COUNTER || kind == ABV_METRIC_GAUGE || kind == ABV_METRIC_HISTOGRAM;
}

metrics::Kind kind_of(int32_t kind) noexcept {
  if (kind == ABV_METRIC_GAUGE) {
    return metrics::Kind::kGauge;
  }
  return kind == ABV_METRIC_HISTOGRAM ? metrics::Kind::kHistogram : metrics::Kind::kCounter;
}

}  // namespace

MetricsService::MetricsService(metrics::Registry* registry, std::string_view plugin_id,
                               std::string instance)
    : registry_(registry),
      prefix_(prefix_of(plugin_id)),
      instance_(std::move(instance)),
      table_{sizeof(abv_host_metrics), 0, this, define, record} {}

int32_t ABV_CALL MetricsService::define(void* ctx, int32_t kind, abv_str name, abv_str unit,
                                        abv_str help, const double* bounds,
                                        size_t bound_count) noexcept {
  return at_border([&]() -> abv_status {
    MetricsService& service = *static_cast<MetricsService*>(ctx);
    const bool bounds_valid = bound_count <= kMaxBounds && (bound_count == 0 || bounds != nullptr);
    if (!is_kind_of_metric(kind) || !is_valid(name) || name.len == 0 || !is_valid(unit) ||
        !is_valid(help) || !bounds_valid || service.frozen_.load(std::memory_order_acquire)) {
      return ABV_E_INVALID;
    }
    if (service.series_.size() >= kMaxPerInstance) {
      return ABV_E_LIMIT;
    }
    metrics::Definition definition;
    definition.kind = kind_of(kind);
    definition.name = service.prefix_ + std::string(text(name));
    definition.unit = text(unit);
    definition.help = text(help);
    definition.labels = {{"instance", service.instance_}};
    definition.bounds.assign(bounds, bounds + bound_count);
    const Result<metrics::Series*> series = service.registry_->define(std::move(definition));
    if (!series) {
      return status_of(series.error().code);
    }
    service.series_.push_back(*series);
    return static_cast<int32_t>(service.series_.size() - 1);
  });
}

void ABV_CALL MetricsService::record(void* ctx, int32_t metric, double value) noexcept {
  const MetricsService& service = *static_cast<MetricsService*>(ctx);
  if (metric >= 0 && static_cast<std::size_t>(metric) < service.series_.size()) {
    service.series_[static_cast<std::size_t>(metric)]->record(value);
  }
}

}  // namespace abv::plugin
