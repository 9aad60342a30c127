#include "provider.hpp"

#include <charconv>
#include <optional>

#include "abv/sdk/json.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

// Overload passes in seconds; more tries than these would only make it worse.
constexpr std::uint32_t kMaxTries = 3;

// The error object of a body, which is an array of one when a stream without alt=sse was asked for.
json::Value error_in(const json::Value& body) {
  return body.is_array() ? body[0]["error"] : body["error"];
}

json::Value detail(const json::Value& error, std::string_view type) {
  for (const auto& item : error["details"].items()) {
    if (item["@type"].as_string().ends_with(type)) return item;
  }
  return {};
}

// google.protobuf.Duration: "17s", "17.5s".
std::optional<std::int64_t> duration_ms(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(1);
  double seconds = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
  if (!whole || seconds < 0 || seconds > 1e9) return std::nullopt;
  return static_cast<std::int64_t>(seconds * 1000);
}

// A quota of a day says so in its id. Its retryDelay is as short as any other's, and wrong.
bool is_daily_quota(const json::Value& error) {
  for (const auto& violation : detail(error, "QuotaFailure")["violations"].items()) {
    if (violation["quotaId"].as_string().find("PerDay") != std::string::npos) return true;
  }
  return false;
}

void judge_quota(const json::Value& error, sdk::Verdict& verdict) {
  // Quotas are counted per project and model.
  verdict.set(sdk::Action::kPass, sdk::Scope::kModel);
  if (is_daily_quota(error)) {
    verdict.set_cool_down_ms(-1);
    return verdict.set_reason("the quota of the day is used up");
  }
  const auto delay = detail(error, "RetryInfo")["retryDelay"].as_string();
  if (const auto wait = duration_ms(delay)) {
    verdict.set_cool_down_ms(*wait);
    verdict.set_retry_after_ms(*wait);
  }
  verdict.set_reason("rate limit");
}

}  // namespace

Provider::Config Provider::read(const json::Value& config) {
  Config result;
  result.base_url = config["base_url"].as_string("https://generativelanguage.googleapis.com");
  while (result.base_url.ends_with('/'))
    result.base_url.pop_back();
  for (const auto& [name, value] : config["extra_headers"].members()) {
    result.extra_headers.emplace_back(name, value.as_string());
  }
  return result;
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  out.set_url(url_for(attempt, out));
  out.set_credential("x-goog-api-key", "", "api_key");
  for (const auto& [name, value] : config_.extra_headers)
    out.set_header(name, value);
}

std::string Provider::url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    return config_.base_url + "/v1beta/models?pageSize=1000";
  }
  if (attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
  std::string url = config_.base_url;
  url.append(attempt.path());
  if (!attempt.query().empty()) url.append("?").append(attempt.query());
  return url;
}

void Provider::judge(const sdk::Attempt& attempt, const sdk::Answer& answer,
                     sdk::Verdict& verdict) const {
  const auto body = json::parse(answer.body());
  const auto error = body ? error_in(*body) : json::Value();
  const auto reason = detail(error, "ErrorInfo")["reason"].as_string();
  if (answer.http_status() == 401 || reason == "API_KEY_INVALID") {
    // Gemini answers 400 to a key that it does not know.
    verdict.set(sdk::Action::kPass, sdk::Scope::kAccount);
    return verdict.set_reason("the API key was refused");
  }
  if (answer.http_status() == 429) return judge_quota(error, verdict);
  if (answer.http_status() == 503) {
    const bool may_retry = attempt.number() < kMaxTries;
    verdict.set(may_retry ? sdk::Action::kRetry : sdk::Action::kPass, sdk::Scope::kModel);
    return verdict.set_reason("overloaded");
  }
}

}  // namespace abv::gemini
