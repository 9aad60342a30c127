#include "usage.hpp"

#include <algorithm>

namespace abv::claude {

namespace json = sdk::json;

namespace {

void take(std::int64_t& count, const json::Value& value) {
  if (value.is_number()) count = std::max<std::int64_t>(value.as_int(), 0);
}

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

void write_usage(json::Writer& json, const abv_usage& counts) {
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
  json.end_object();
}

}  // namespace abv::claude
