#include "provider.hpp"

#include <charconv>
#include <optional>

#include "abv/sdk/json.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::string_view kDefaultVersion = "2023-06-01";

// Overload passes in seconds; more tries than these would only make it worse.
constexpr std::uint32_t kMaxTries = 3;

// The wait that an answer asks for. Dates are left to the host, which reads them for every
// provider.
std::optional<std::int64_t> retry_after_ms(const sdk::Answer& answer) {
  const auto number = [&](std::string_view header) -> std::optional<double> {
    const auto text = sdk::trim(answer.header(header).value_or(""));
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
    return whole && value >= 0 && value < 1e9 ? std::optional(value) : std::nullopt;
  };
  if (const auto ms = number("retry-after-ms")) return static_cast<std::int64_t>(*ms);
  if (const auto seconds = number("retry-after")) return static_cast<std::int64_t>(*seconds * 1000);
  return std::nullopt;
}

// Limits of money, not of speed: waiting does not help.
bool is_spend_limit(std::string_view error_code) {
  return error_code == "contract_spend_limit_reached" ||
         error_code == "enforced_spend_limit_reached";
}

void judge_rate_limit(const sdk::Answer& answer, const json::Value& error, sdk::Verdict& verdict) {
  if (is_spend_limit(error["details"]["error_code"].as_string())) {
    verdict.set(sdk::Action::kPass, sdk::Scope::kAccount);
    verdict.set_cool_down_ms(-1);
    return verdict.set_reason("the account has reached a spend limit");
  }
  // Anthropic counts its limits per model class.
  verdict.set(sdk::Action::kPass, sdk::Scope::kModel);
  if (const auto wait = retry_after_ms(answer)) {
    verdict.set_cool_down_ms(*wait);
    verdict.set_retry_after_ms(*wait);
  }
  verdict.set_reason("rate limit");
}

}  // namespace

Provider::Config Provider::read(const json::Value& config) {
  Config result;
  result.base_url = config["base_url"].as_string("https://api.anthropic.com");
  while (result.base_url.ends_with('/'))
    result.base_url.pop_back();
  for (const auto& [name, value] : config["extra_headers"].members()) {
    result.extra_headers.emplace_back(name, value.as_string());
  }
  return result;
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  out.set_url(url_for(attempt, out));
  out.set_credential("x-api-key", "", "api_key");
  if (!attempt.header("anthropic-version")) out.set_header("anthropic-version", kDefaultVersion);
  for (const auto& [name, value] : config_.extra_headers)
    out.set_header(name, value);
}

std::string Provider::url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    return config_.base_url + "/v1/models?limit=1000";
  }
  if (attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
  // The alias exists in the dialect only.
  const auto path = attempt.path() == "/v1/models/claude" ? "/v1/models" : attempt.path();
  std::string url = config_.base_url;
  url.append(path);
  if (!attempt.query().empty()) url.append("?").append(attempt.query());
  return url;
}

void Provider::judge(const sdk::Attempt& attempt, const sdk::Answer& answer,
                     sdk::Verdict& verdict) const {
  const auto body = json::parse(answer.body());
  const auto error = body ? (*body)["error"] : json::Value();
  const auto type = error["type"].as_string();
  if (answer.http_status() == 529 || type == "overloaded_error") {
    const bool may_retry = attempt.number() < kMaxTries;
    verdict.set(may_retry ? sdk::Action::kRetry : sdk::Action::kPass, sdk::Scope::kProvider);
    if (const auto wait = retry_after_ms(answer)) verdict.set_retry_after_ms(*wait);
    return verdict.set_reason("overloaded");
  }
  switch (answer.http_status()) {
    case 429:
      return judge_rate_limit(answer, error, verdict);
    case 401:
      verdict.set(sdk::Action::kPass, sdk::Scope::kAccount);
      return verdict.set_reason("the API key was refused");
    case 402:
      verdict.set(sdk::Action::kPass, sdk::Scope::kAccount);
      verdict.set_cool_down_ms(-1);
      return verdict.set_reason("billing");
    default:
      return;
  }
}

}  // namespace abv::claude
