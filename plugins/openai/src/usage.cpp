#include "usage.hpp"

#include <algorithm>

namespace abv::openai {

namespace json = sdk::json;

namespace {

std::int64_t known(std::int64_t count) {
  return std::max<std::int64_t>(count, 0);
}

json::Value either(const json::Value& object, std::string_view one, std::string_view other) {
  return object[one].is_number() ? object[one] : object[other];
}

}  // namespace

abv_usage read_usage(const json::Value& usage) {
  auto counts = sdk::make_usage(either(usage, "prompt_tokens", "input_tokens").as_int(-1),
                                either(usage, "completion_tokens", "output_tokens").as_int(-1));
  const auto input = usage["prompt_tokens_details"].is_object() ? usage["prompt_tokens_details"]
                                                                : usage["input_tokens_details"];
  const auto output = usage["completion_tokens_details"].is_object()
                          ? usage["completion_tokens_details"]
                          : usage["output_tokens_details"];
  counts.cache_read_tokens = input["cached_tokens"].as_int(-1);
  counts.cache_write_tokens = input["cache_write_tokens"].as_int(-1);
  counts.reasoning_tokens = output["reasoning_tokens"].as_int(-1);

  const auto total = usage["total_tokens"].as_int(-1);
  const auto beside = counts.input_tokens + counts.output_tokens + counts.reasoning_tokens;
  if (counts.input_tokens >= 0 && counts.output_tokens >= 0 && counts.reasoning_tokens > 0 &&
      total == beside) {
    counts.output_tokens += counts.reasoning_tokens;
  }
  return counts;
}

void write_chat_usage(json::Writer& json, const abv_usage& counts) {
  const auto input = known(counts.input_tokens), output = known(counts.output_tokens);
  json.begin_object().member("prompt_tokens", input).member("completion_tokens", output);
  json.member("total_tokens", input + output);
  json.key("prompt_tokens_details").begin_object();
  json.member("cached_tokens", known(counts.cache_read_tokens));
  if (counts.cache_write_tokens > 0) json.member("cache_write_tokens", counts.cache_write_tokens);
  json.end_object().key("completion_tokens_details").begin_object();
  json.member("reasoning_tokens", known(counts.reasoning_tokens)).end_object().end_object();
}

void write_response_usage(json::Writer& json, const abv_usage& counts) {
  const auto input = known(counts.input_tokens), output = known(counts.output_tokens);
  json.begin_object().member("input_tokens", input).key("input_tokens_details").begin_object();
  json.member("cached_tokens", known(counts.cache_read_tokens));
  json.member("cache_write_tokens", known(counts.cache_write_tokens)).end_object();
  json.member("output_tokens", output).key("output_tokens_details").begin_object();
  json.member("reasoning_tokens", known(counts.reasoning_tokens)).end_object();
  json.member("total_tokens", input + output).end_object();
}

}  // namespace abv::openai
