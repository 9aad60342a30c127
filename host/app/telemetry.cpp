#include "host/app/telemetry.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "host/plugin/view.hpp"

namespace abv::app {
namespace {

constexpr std::chrono::seconds kCollectorPatience{10};

bool is_loopback(const std::string& host) {
  return host.starts_with("127.") || host == "::1";
}

// What an account's state is called in metrics: the first that applies.
const char* state_name(const account::AccountState& state, std::int64_t now_ms) {
  if (!state.account->facts().is_enabled) {
    return "disabled";
  }
  if (!state.stale_reason.empty()) {
    return "stale";
  }
  const bool is_limited =
      std::any_of(state.limits.begin(), state.limits.end(),
                  [&](const account::Limit& limit) { return limit.ends_ms > now_ms; });
  return is_limited ? "limited" : "ready";
}

// Posts the spans and reads the answer's status; its body does not matter.
Result<int> post_spans(plugin::HttpBackend& http, const telemetry::TraceSettings& settings,
                       const std::string& body) {
  std::vector<abv_header> headers{{plugin::view("content-type"), plugin::view("application/json")}};
  for (const auto& [name, value] : settings.headers) {
    headers.push_back({plugin::view(name), plugin::view(value.reveal())});
  }
  auto exchange =
      http.open({"POST", settings.endpoint, headers, body, kCollectorPatience}, nullptr);
  if (!exchange) {
    return exchange.error();
  }
  std::array<char, 4096> rest;
  for (std::size_t total = 0; total < 64 * rest.size();) {
    const Result<std::size_t> read = (*exchange)->read(rest);
    if (!read || *read == 0) {
      break;
    }
    total += *read;
  }
  return (*exchange)->http_status();
}

}  // namespace

Result<std::unique_ptr<Telemetry>> Telemetry::start(const Settings& settings,
                                                    const std::string& version,
                                                    metrics::Registry& registry,
                                                    plugin::HttpBackend& http, Log& log) {
  std::unique_ptr<Telemetry> made(new Telemetry(registry));
  if (!settings.traces.endpoint.empty()) {
    made->start_traces(settings.traces, version, http, log);
  }
  if (settings.metrics.is_enabled) {
    if (Result<void> started = made->start_metrics(settings.metrics, log); !started) {
      return started.error();
    }
    telemetry::set_gauge(registry, "abv_build_info", "", "The version; always 1.",
                         {{"version", version}}, 1);
  }
  return made;
}

Result<void> Telemetry::start_metrics(const telemetry::MetricsSettings& settings, Log& log) {
  if (!is_loopback(settings.host) && settings.token.empty()) {
    return Error{Error::Code::kInvalid, "metrics.token: is required with metrics.host " +
                                            settings.host + ", which other machines can reach"};
  }
  calls_ = std::make_unique<telemetry::CallMetrics>(registry_);
  process_ = std::make_unique<telemetry::ProcessMetrics>(registry_);
  auto server = telemetry::MetricsServer::start(settings, [this] {
    process_->update();
    return registry_.prometheus_text();
  });
  if (!server) {
    return server.error();
  }
  server_ = std::move(server).value();
  log.info("metrics.listening",
           {{"host", settings.host}, {"port", static_cast<int>(server_->port())}});
  return {};
}

void Telemetry::start_traces(const telemetry::TraceSettings& settings, const std::string& version,
                             plugin::HttpBackend& http, Log& log) {
  traces_ = std::make_unique<telemetry::TraceExporter>(
      settings, version, log,
      [&http, settings](const std::string& body) { return post_spans(http, settings, body); });
}

void Telemetry::add_observers(std::vector<record::CallObserver*>& observers) const {
  if (calls_) {
    observers.push_back(calls_.get());
  }
  if (traces_) {
    observers.push_back(traces_.get());
  }
}

void Telemetry::note(const account::Accounts& accounts, const Numbers& numbers,
                     std::int64_t now_ms) {
  if (!server_) {
    return;
  }
  const auto gauge = [this](const char* name, const char* help, double value,
                            std::vector<metrics::Label> labels = {}) {
    telemetry::set_gauge(registry_, name, "", help, std::move(labels), value);
  };
  gauge("abv_calls_in_progress", "Calls in progress.", static_cast<double>(numbers.calls));
  gauge("abv_generations_draining", "Configurations that were replaced and still have calls.",
        static_cast<double>(numbers.generations_draining));
  gauge("abv_records_dropped", "Call records that were dropped because the queue was full.",
        static_cast<double>(numbers.records_dropped));
  if (traces_) {
    gauge("abv_spans_dropped", "Spans that the collector did not take.",
          static_cast<double>(traces_->dropped()));
  }
  for (const std::shared_ptr<account::Pool>& pool : accounts.pools()) {
    std::array<std::pair<const char*, double>, 4> states{
        {{"ready", 0}, {"limited", 0}, {"stale", 0}, {"disabled", 0}}};
    for (const account::AccountState& state : pool->states()) {
      const std::string_view name = state_name(state, now_ms);
      for (auto& [known, count] : states) {
        count += name == known ? 1 : 0;
      }
    }
    for (const auto& [state, count] : states) {
      gauge("abv_accounts", "Accounts by their state.", count,
            {{"provider", pool->provider()}, {"state", state}});
    }
    gauge("abv_account_calls", "Calls in progress by provider.", static_cast<double>(pool->calls()),
          {{"provider", pool->provider()}});
  }
}

}  // namespace abv::app
