#include "provider.hpp"

#include "abv/sdk/json.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::string_view kDefaultVersion = "2023-06-01";

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

}  // namespace abv::claude
