#include "models.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <vector>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::int64_t kDefaultLimit = 20;
constexpr std::int64_t kMaxLimit = 1000;

using Models = std::vector<json::Value>;

struct Page {
  Models models;
  bool has_more = false;
};

std::int64_t limit_of(std::string_view query) {
  const auto text = sdk::query_value(query, "limit").value_or("");
  std::int64_t limit = kDefaultLimit;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return std::clamp<std::int64_t>(limit, 1, kMaxLimit);
}

Models::const_iterator find(const Models& models, std::string_view id) {
  return std::find_if(models.begin(), models.end(),
                      [&](const json::Value& model) { return model["id"].as_string() == id; });
}

Page page_of(const Models& models, std::string_view query) {
  const auto limit = limit_of(query);
  if (const auto before = sdk::query_value(query, "before_id")) {
    const auto end = find(models, *before);
    if (end == models.end()) return {};
    const auto begin = end - std::min<std::int64_t>(limit, end - models.begin());
    return {Models(begin, end), begin != models.begin()};
  }
  auto begin = models.begin();
  if (const auto after = sdk::query_value(query, "after_id")) {
    begin = find(models, *after);
    if (begin == models.end()) return {};
    ++begin;
  }
  const auto end = begin + std::min<std::int64_t>(limit, models.end() - begin);
  return {Models(begin, end), end != models.end()};
}

void put_id(json::Writer& json, std::string_view name, const json::Value& model) {
  json.key(name);
  model ? json.value(model["id"]) : json.value(nullptr);
}

void put_count(json::Writer& json, std::string_view name, const json::Value& count) {
  if (count.is_number()) json.member(name, count.as_int());
}

void put_model(json::Writer& json, const json::Value& model) {
  const auto id = model["id"].as_string();
  json.begin_object().member("type", "model").member("id", id);
  json.member("display_name", model["display_name"].as_string(id));
  json.member("created_at", write_time(model["created"].as_int()));
  put_count(json, "max_input_tokens", model["input_token_limit"]);
  put_count(json, "max_tokens", model["output_token_limit"]);
  json.end_object();
}

// Reads `text` as digits at fixed places, as RFC 3339 has them.
std::int64_t digits(std::string_view text, std::size_t at, std::size_t count) {
  std::int64_t number = 0;
  const auto part = text.substr(at, count);
  const auto result = std::from_chars(part.data(), part.data() + part.size(), number);
  return result.ec == std::errc() && result.ptr == part.data() + part.size() ? number : -1;
}

}  // namespace

std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
                                         std::string_view query) {
  const auto document = json::parse(models_json);
  if (!document) throw sdk::Stopped{ABV_E_INVALID};
  Models models;
  for (const auto& model : (*document)["models"].items())
    models.push_back(model);

  json::Writer json;
  if (!only.empty()) {
    const auto found = find(models, only);
    if (found == models.end()) return std::nullopt;
    put_model(json, *found);
    return json.take();
  }
  const Page page = page_of(models, query);
  json.begin_object().key("data").begin_array();
  for (const auto& model : page.models)
    put_model(json, model);
  json.end_array().member("has_more", page.has_more);
  put_id(json, "first_id", page.models.empty() ? json::Value() : page.models.front());
  put_id(json, "last_id", page.models.empty() ? json::Value() : page.models.back());
  json.end_object();
  return json.take();
}

std::string decode_models(std::string_view body) {
  const auto document = json::parse(body);
  if (!document || !(*document)["data"].is_array()) {
    throw sdk::Failure{502, "invalid_model_list", "the model list has no array \"data\""};
  }
  json::Writer json;
  json.begin_object().key("models").begin_array();
  for (const auto& model : (*document)["data"].items()) {
    if (!model["id"].is_string()) continue;
    json.begin_object().member("id", model["id"].as_string());
    if (model["display_name"].is_string()) {
      json.member("display_name", model["display_name"].as_string());
    }
    const auto created = read_time(model["created_at"].as_string());
    if (created > 0) json.member("created", created);
    json.member("owned_by", "anthropic");
    put_count(json, "input_token_limit", model["max_input_tokens"]);
    put_count(json, "output_token_limit", model["max_tokens"]);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::int64_t read_time(std::string_view text) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  if (text.size() < 19) return 0;
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  const std::chrono::year_month_day date(
      year(static_cast<int>(y)), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d)));
  if (!date.ok() || h < 0 || mi < 0 || s < 0) return 0;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return std::int64_t{days} * 86'400 + h * 3'600 + mi * 60 + s;
}

std::string write_time(std::int64_t unix_seconds) {
  const auto time = std::chrono::sys_seconds(std::chrono::seconds(unix_seconds));
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace abv::claude
