#include "host/telemetry/call_metrics.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "host/telemetry/words.hpp"

namespace abv::telemetry {

struct CallMetrics::Family {
  metrics::Kind kind;
  const char* name;
  const char* unit;
  const char* help;
  std::vector<double> bounds;
};

namespace {

using metrics::Kind;
using record::CallRecord;

double seconds(Nanos time) {
  return std::chrono::duration<double>(time).count();
}

// The bounds are those that the conventions advise.
std::vector<double> duration_bounds() {
  return {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
}

std::vector<double> first_token_bounds() {
  return {0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,
          0.25,  0.5,   0.75, 1.0,  2.5,  5.0,  7.5,  10.0};
}

std::vector<double> token_time_bounds() {
  return {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5};
}

std::vector<double> token_bounds() {
  return {1,     4,     16,     64,      256,     1024,     4096,
          16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
}

// What the host adds is microseconds.
std::vector<double> own_bounds() {
  return {0.000001, 0.000005, 0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.1, 1};
}

// That the answer got as far as a model.
bool is_of_model(const CallRecord& call) {
  return !call.provider.empty() && !call.model_resolved.empty();
}

}  // namespace

void CallMetrics::record(const Family& family, Labels labels, double value) {
  std::string key = family.name;
  for (const auto& [name, text] : labels) {
    key += '\n';
    key += name;
    key += '=';
    key += text;
  }
  auto found = series_.find(key);
  if (found == series_.end()) {
    auto defined = registry_.define(
        {family.kind, family.name, family.unit, family.help, std::move(labels), family.bounds});
    found = series_.emplace(std::move(key), defined ? *defined : nullptr).first;
  }
  if (found->second != nullptr) {
    found->second->record(value);
  }
}

std::string CallMetrics::model(const CallRecord& call) {
  const std::string& name = call.model_resolved;
  if (models_.find(name) != models_.end()) {
    return name;
  }
  // A name that nobody answered is any text that a client has sent.
  if (call.upstream_status >= 400 || models_.size() >= kMostModels) {
    return "other";
  }
  return *models_.insert(name).first;
}

void CallMetrics::on_call(const CallRecord& call) {
  static const Family kCalls{Kind::kCounter, "abv_calls", "{call}", "Calls that have ended.", {}};
  static const Family kRetries{
      Kind::kCounter, "abv_retries", "{attempt}", "Attempts beyond a call's first.", {}};
  static const Family kLosses{Kind::kCounter,
                              "abv_losses",
                              "{field}",
                              "Fields that a conversion could not carry over as they were.",
                              {}};
  record(kCalls,
         {{"dialect", call.dialect},
          {"route", call.route},
          {"lane", call.lane},
          {"provider", call.provider},
          {"status", std::to_string(call.status)},
          {"outcome", record::outcome_name(call.outcome)}},
         1);
  if (call.attempts > 1) {
    record(kRetries, {{"provider", call.provider}}, call.attempts - 1);
  }
  for (const record::Loss& loss : call.losses) {
    record(kLosses, {{"what", loss.what}, {"dialect", call.dialect}, {"provider", call.provider}},
           1);
  }
  time_host(call);
  if (!is_of_model(call)) {
    return;
  }
  const Labels labels{{"gen_ai_operation_name", gen_ai_operation(call.operation)},
                      {"gen_ai_provider_name", gen_ai_provider(call.provider)},
                      {"gen_ai_request_model", model(call)}};
  count_tokens(call, labels);
  time_call(call, labels);
}

void CallMetrics::count_tokens(const CallRecord& call, const Labels& labels) {
  static const Family kUsage{Kind::kHistogram, "gen_ai_client_token_usage", "{token}",
                             "Number of input and output tokens used.", token_bounds()};
  static const Family kTokens{Kind::kCounter,
                              "abv_tokens",
                              "{token}",
                              "Tokens by kind; cache_read and cache_write are part of input, "
                              "reasoning is part of output.",
                              {}};
  const std::array<std::pair<const char*, std::int64_t>, 5> kinds{
      {{"input", call.usage.input_tokens},
       {"output", call.usage.output_tokens},
       {"cache_read", call.usage.cache_read_tokens},
       {"cache_write", call.usage.cache_write_tokens},
       {"reasoning", call.usage.reasoning_tokens}}};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto& [kind, count] = kinds[i];
    if (count < 0) {
      continue;  // the upstream did not say
    }
    Labels with_kind = labels;
    with_kind.emplace_back("gen_ai_token_type", kind);
    record(kTokens, with_kind, static_cast<double>(count));
    if (i < 2) {
      record(kUsage, std::move(with_kind), static_cast<double>(count));
    }
  }
}

void CallMetrics::time_call(const CallRecord& call, const Labels& labels) {
  static const Family kDuration{Kind::kHistogram, "gen_ai_server_request_duration", "s",
                                "Time from a request to the last byte of its answer.",
                                duration_bounds()};
  static const Family kFirstToken{Kind::kHistogram, "gen_ai_server_time_to_first_token", "s",
                                  "Time from a request to the first byte of a streamed answer.",
                                  first_token_bounds()};
  static const Family kTokenTime{Kind::kHistogram, "gen_ai_server_time_per_output_token", "s",
                                 "Time per output token after the first one of a streamed answer.",
                                 token_time_bounds()};
  Labels with_error = labels;
  if (const std::string error = error_type(call); !error.empty()) {
    with_error.emplace_back("error_type", error);
  }
  record(kDuration, std::move(with_error), seconds(call.timings.total));
  if (!call.is_stream || call.outcome != record::Outcome::kOk) {
    return;
  }
  record(kFirstToken, labels, seconds(call.timings.first_byte));
  if (call.usage.output_tokens > 1) {
    record(kTokenTime, labels,
           seconds(call.timings.total - call.timings.first_byte) /
               static_cast<double>(call.usage.output_tokens - 1));
  }
}

void CallMetrics::time_host(const CallRecord& call) {
  static const Family kQueue{Kind::kHistogram, "abv_queue", "s",
                             "Time that calls have waited for an account.", duration_bounds()};
  static const Family kUpstream{Kind::kHistogram, "abv_upstream_wait", "s",
                                "Time from a request's sending upstream to the first byte of the "
                                "answer.",
                                duration_bounds()};
  static const Family kAdded{Kind::kHistogram, "abv_added", "s",
                             "Time that the host has added to calls: parsing, routing, plugins and "
                             "conversion.",
                             own_bounds()};
  static const Family kPlugin{Kind::kHistogram, "abv_plugin", "s",
                              "Time that a middleware has taken of a call.", own_bounds()};
  const record::Timings& times = call.timings;
  Nanos added = times.parse + times.route + times.convert;
  for (const auto& [name, time] : times.plugins) {
    added += time;
    record(kPlugin, {{"plugin", name}}, seconds(time));
  }
  record(kAdded, {{"lane", call.lane}}, seconds(added));
  if (times.upstream_wait.count() > 0) {
    record(kUpstream, {{"provider", call.provider}}, seconds(times.upstream_wait));
    record(kQueue, {{"provider", call.provider}}, seconds(times.queue));
  }
}

}  // namespace abv::telemetry
