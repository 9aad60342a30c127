#include "usage.hpp"

#include <algorithm>
#include <array>

namespace abv::claude {

namespace json = sdk::json;

namespace {

void take(std::int64_t& count, const json::Value& value) {
  if (value.is_number()) count = std::max<std::int64_t>(value.as_int(), 0);
}

struct Detail {
  std::string_view name;
  bool is_at_end;  // of a stream
};

constexpr std::array<Detail, 8> kDetails = {{
    {"cache_creation", false},
    {"service_tier", false},
    {"inference_geo", false},
    {"speed", false},
    {"server_tool_use", true},
    {"iterations", true},
    {"fallback_credit", true},
    {"context_management", true},  // of counted tokens
}};

std::int64_t known(std::int64_t count) {
  return std::max<std::int64_t>(count, 0);
}

}  // namespace

void Usage::merge(const json::Value& usage) {
  take(uncached_input_, usage["input_tokens"]);
  take(output_, usage["output_tokens"]);
  take(cache_read_, usage["cache_read_input_tokens"]);
  take(cache_write_, usage["cache_creation_input_tokens"]);
  take(thinking_, usage["output_tokens_details"]["thinking_tokens"]);
}

abv_usage Usage::counts() const {
  auto counts = sdk::make_usage(-1, output_);
  if (uncached_input_ >= 0) {
    counts.input_tokens = uncached_input_ + known(cache_read_) + known(cache_write_);
  }
  counts.cache_read_tokens = cache_read_;
  counts.cache_write_tokens = cache_write_;
  counts.reasoning_tokens = thinking_;
  return counts;
}

void UsageDetails::merge(std::string_view raw) {
  json::Document document;
  if (raw.empty() || !document.parse(raw)) return;
  for (const Detail& detail : kDetails) {
    const auto value = document.root()[detail.name];
    if (!value.exists() || value.is_null()) continue;
    const auto same = [&](const auto& known) { return known.first == detail.name; };
    const auto found = std::find_if(details_.begin(), details_.end(), same);
    if (found == details_.end()) {
      details_.emplace_back(detail.name, value.raw());
    } else {
      found->second = value.raw();
    }
  }
}

void UsageDetails::write(json::Writer& json, bool is_end) const {
  for (const Detail& detail : kDetails) {
    if (is_end && !detail.is_at_end) continue;
    for (const auto& [name, value] : details_) {
      if (name == detail.name) json.key(name).raw(value);
    }
  }
}

void write_usage(json::Writer& json, const abv_usage& counts, const UsageDetails& details,
                 bool is_end) {
  const auto read = known(counts.cache_read_tokens);
  const auto written = known(counts.cache_write_tokens);
  json.begin_object();
  json.member("input_tokens", known(counts.input_tokens - read - written));
  json.member("cache_creation_input_tokens", written);
  json.member("cache_read_input_tokens", read);
  json.member("output_tokens", known(counts.output_tokens));
  if (counts.reasoning_tokens >= 0) {
    json.key("output_tokens_details").begin_object();
    json.member("thinking_tokens", counts.reasoning_tokens).end_object();
  }
  details.write(json, is_end);
  json.end_object();
}

}  // namespace abv::claude
