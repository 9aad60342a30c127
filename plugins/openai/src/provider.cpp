#include "provider.hpp"

#include <algorithm>

#include "abv/sdk/json.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// Clients on a WebSocket say so in a header for features in trial; what goes upstream is a plain
// request, to which an unknown feature may be an error.
void hide_websocket(const sdk::Attempt& attempt, sdk::Outgoing& out) {
  constexpr std::string_view kHeader = "openai-beta";
  constexpr std::string_view kWebSocket = "responses_websockets";
  std::string_view list = attempt.header(kHeader).value_or("");
  if (list.find(kWebSocket) == std::string_view::npos) return;
  std::string kept;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto feature = sdk::trim(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (feature.starts_with(kWebSocket)) continue;
    kept.append(kept.empty() ? "" : ", ").append(feature);
  }
  kept.empty() ? out.remove_header(kHeader) : out.set_header(kHeader, kept);
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
  hide_websocket(attempt, out);
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

}  // namespace abv::openai
