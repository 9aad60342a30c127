#include "host/record/log_observer.hpp"

#include <string_view>
#include <vector>

namespace abv::record {
namespace {

double milliseconds(Nanos time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

class Line {
 public:
  Line() { fields_.reserve(32); }

  // Keeps a view of `value`, so a temporary is refused.
  void text(std::string_view key, const std::string&& value) = delete;
  void text(std::string_view key, const std::string& value) {
    if (!value.empty()) {
      fields_.emplace_back(key, value);
    }
  }
  void count(std::string_view key, std::int64_t value) {
    if (value >= 0) {
      fields_.emplace_back(key, value);
    }
  }
  void time(std::string_view key, Nanos value) {
    if (value.count() > 0) {
      fields_.emplace_back(key, milliseconds(value));
    }
  }

  const std::vector<LogField>& fields() const { return fields_; }

 private:
  std::vector<LogField> fields_;
};

}  // namespace

void LogObserver::on_call(const CallRecord& record) {
  if (!enabled_.load(std::memory_order_relaxed)) {
    return;
  }
  const bool failed = record.outcome == Outcome::kBroken || record.status >= 500;
  const LogLevel level = failed ? LogLevel::kWarn : LogLevel::kInfo;
  if (!log_.enabled(level)) {
    return;
  }
  Line line;
  line.text("id", record.id);
  line.text("peer", record.peer);
  line.text("session", record.session);
  line.text("principal", record.principal);
  line.text("method", record.method);
  line.text("path", record.path);
  line.text("operation", record.operation);
  line.text("route", record.route);
  line.text("dialect", record.dialect);
  line.text("lane", record.lane);
  line.text("provider", record.provider);
  line.text("account", record.account);
  line.text("model", record.model_asked);
  if (record.model_resolved != record.model_asked) {
    line.text("model_resolved", record.model_resolved);
  }
  if (!record.model_trace.empty()) {
    line.text("model_trace", record.model_trace);
  }
  std::string choices;
  for (const std::string& choice : record.choices) {
    choices += (choices.empty() ? "" : " | ") + choice;
  }
  if (!choices.empty()) {
    line.text("choices", choices);
  }
  const std::string outcome = outcome_name(record.outcome);
  line.count("status", record.status);
  line.text("outcome", outcome);
  line.text("stop", record.stop_reason);
  line.count("tokens_in", record.usage.input_tokens);
  line.count("tokens_out", record.usage.output_tokens);
  line.count("tokens_cached", record.usage.cache_read_tokens);
  line.count("tokens_reasoning", record.usage.reasoning_tokens);
  line.count("bytes_in", static_cast<std::int64_t>(record.bytes_in));
  line.count("bytes_out", static_cast<std::int64_t>(record.bytes_out));
  line.time("parse_ms", record.timings.parse);
  line.time("upstream_ms", record.timings.upstream_wait);
  line.time("first_byte_ms", record.timings.first_byte);
  line.time("total_ms", record.timings.total);
  line.text("error", record.error);
  log_.write(level, "call", line.fields());
}

}  // namespace abv::record
