#include "provider.hpp"

#include "abv/sdk/json.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::string_view kDefaultVersion = "2023-06-01";

}  // namespace

Provider::Config Provider::read(const json::Value& config) {
  return {sdk::HttpSettings::read(config, "https://api.anthropic.com")};
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  out.set_url(url_for(attempt, out));
  out.set_credential("x-api-key", "", "api_key");
  if (!attempt.header("anthropic-version")) out.set_header("anthropic-version", kDefaultVersion);
  config_.http.put_headers(out);
}

std::string Provider::url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    return config_.http.base_url + "/v1/models?limit=1000";
  }
  if (attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
  // The alias exists in the dialect only.
  const auto path = attempt.path() == "/v1/models/claude" ? "/v1/models" : attempt.path();
  return sdk::url_of(config_.http.base_url, path, attempt.query());
}

}  // namespace abv::claude
