#include "usage.hpp"

#include <algorithm>

namespace abv::gemini {

namespace json = sdk::json;

namespace {

std::int64_t known(std::int64_t count) {
  return std::max<std::int64_t>(count, 0);
}

}  // namespace

abv_usage read_usage(const json::Value& metadata) {
  const auto prompt = metadata["promptTokenCount"].as_int(-1);
  const auto tool_results = metadata["toolUsePromptTokenCount"].as_int(-1);
  const auto candidates = metadata["candidatesTokenCount"].as_int(-1);
  const auto thoughts = metadata["thoughtsTokenCount"].as_int(-1);
  const auto total = metadata["totalTokenCount"].as_int(-1);

  auto counts = sdk::make_usage();
  if (prompt >= 0) counts.input_tokens = prompt + known(tool_results);
  if (candidates >= 0 || thoughts >= 0) {
    counts.output_tokens = known(candidates) + known(thoughts);
  } else if (total >= 0 && prompt >= 0) {
    counts.output_tokens = known(total - counts.input_tokens);
  }
  counts.cache_read_tokens = metadata["cachedContentTokenCount"].as_int(-1);
  counts.reasoning_tokens = thoughts;
  return counts;
}

void write_usage(json::Writer& json, const abv_usage& counts) {
  json.begin_object();
  if (counts.input_tokens >= 0) json.member("promptTokenCount", counts.input_tokens);
  if (counts.output_tokens >= 0) {
    const auto visible = counts.output_tokens - known(counts.reasoning_tokens);
    json.member("candidatesTokenCount", known(visible));
  }
  json.member("totalTokenCount", known(counts.input_tokens) + known(counts.output_tokens));
  if (counts.reasoning_tokens > 0) json.member("thoughtsTokenCount", counts.reasoning_tokens);
  if (counts.cache_read_tokens > 0) {
    json.member("cachedContentTokenCount", counts.cache_read_tokens);
  }
  json.end_object();
}

}  // namespace abv::gemini
