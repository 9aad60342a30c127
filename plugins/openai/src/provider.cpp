#include "provider.hpp"

#include <charconv>
#include <optional>

#include "abv/sdk/json.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

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

void judge_limit(const sdk::Answer& answer, const json::Value& error, sdk::Verdict& verdict) {
  // The same status for an empty purse and for too much speed; waiting helps against the second
  // only.
  if (error["code"].as_string() == "insufficient_quota" ||
      error["type"].as_string() == "insufficient_quota") {
    verdict.set(sdk::Action::kPass, sdk::Scope::kAccount);
    verdict.set_cool_down_ms(-1);
    return verdict.set_reason("the account has no quota left");
  }
  // OpenAI counts its limits per model.
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
  result.base_url = config["base_url"].as_string("https://api.openai.com/v1");
  while (result.base_url.ends_with('/'))
    result.base_url.pop_back();
  result.organization = config["organization"].as_string();
  result.project = config["project"].as_string();
  for (const auto& [name, value] : config["extra_headers"].members()) {
    result.extra_headers.emplace_back(name, value.as_string());
  }
  return result;
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  out.set_url(url_for(attempt, out));
  if (attempt.account()) out.set_credential("authorization", "Bearer ", "api_key");
  if (!config_.organization.empty()) out.set_header("openai-organization", config_.organization);
  if (!config_.project.empty()) out.set_header("openai-project", config_.project);
  for (const auto& [name, value] : config_.extra_headers)
    out.set_header(name, value);
}

std::string Provider::url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    return config_.base_url + "/models";
  }
  if (attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
  // The base URL brings its own version, which need not be v1.
  constexpr std::string_view kVersion = "/v1";
  auto path = attempt.path();
  if (path.starts_with("/v1/")) path.remove_prefix(kVersion.size());
  std::string url = config_.base_url;
  url.append(path);
  if (!attempt.query().empty()) url.append("?").append(attempt.query());
  return url;
}

void Provider::judge(const sdk::Attempt& attempt, const sdk::Answer& answer,
                     sdk::Verdict& verdict) const {
  const auto body = json::parse(answer.body());
  const auto error = body ? (*body)["error"] : json::Value();
  switch (answer.http_status()) {
    case 401:
      verdict.set(sdk::Action::kPass, sdk::Scope::kAccount);
      return verdict.set_reason("the API key was refused");
    case 429:
      return judge_limit(answer, error, verdict);
    case 503: {
      // "Overloaded": the request was not begun.
      const bool may_retry = attempt.number() < kMaxTries;
      verdict.set(may_retry ? sdk::Action::kRetry : sdk::Action::kPass, sdk::Scope::kProvider);
      if (const auto wait = retry_after_ms(answer)) verdict.set_retry_after_ms(*wait);
      return verdict.set_reason("overloaded");
    }
    default:
      return;
  }
}

}  // namespace abv::openai
