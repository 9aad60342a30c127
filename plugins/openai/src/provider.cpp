#include "provider.hpp"

#include "abv/sdk/json.hpp"

namespace abv::openai {

namespace json = sdk::json;

Provider::Config Provider::read(const json::Value& config) {
  return {sdk::HttpSettings::read(config, "https://api.openai.com/v1"),
          config["organization"].as_string(), config["project"].as_string()};
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  out.set_url(url_for(attempt, out));
  sdk::hide_websocket(attempt, out);
  if (attempt.account()) out.set_credential("authorization", "Bearer ", "api_key");
  if (!config_.organization.empty()) out.set_header("openai-organization", config_.organization);
  if (!config_.project.empty()) out.set_header("openai-project", config_.project);
  config_.http.put_headers(out);
}

std::string Provider::url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    return config_.http.base_url + "/models";
  }
  if (attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
  return sdk::url_of(config_.http.base_url, sdk::without_v1(attempt.path()), attempt.query());
}

}  // namespace abv::openai
