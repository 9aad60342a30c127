#include "provider.hpp"

#include "abv/sdk/json.hpp"

namespace abv::gemini {

namespace json = sdk::json;

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

}  // namespace abv::gemini
