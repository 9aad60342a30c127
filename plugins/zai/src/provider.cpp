#include "provider.hpp"

#include "abv/sdk/json.hpp"

namespace abv::zai {

namespace json = sdk::json;

namespace {

constexpr std::string_view kAnthropic = "https://api.z.ai/api/anthropic";
constexpr std::string_view kOpenAi = "https://api.z.ai/api/paas/v4";
constexpr std::string_view kOpenAiCoding = "https://api.z.ai/api/coding/paas/v4";
constexpr std::string_view kAnthropicVersion = "2023-06-01";

std::string_view address_of(std::string_view protocol, std::string_view plan) {
  if (protocol != "openai") return kAnthropic;
  return plan == "coding" ? kOpenAiCoding : kOpenAi;
}

}  // namespace

Provider::Config Provider::read(const json::Value& config) {
  const auto protocol = config["protocol"].as_string("anthropic");
  Config result;
  result.http =
      sdk::HttpSettings::read(config, address_of(protocol, config["plan"].as_string("api")));
  result.models.opus = config["opus_model"].as_string("glm-4.7");
  result.models.sonnet = config["sonnet_model"].as_string("glm-4.7");
  result.models.haiku = config["haiku_model"].as_string("glm-4.5-air");
  for (const auto& [name, model] : config["model_map"].members())
    result.models.given.emplace(name, model.as_string());
  return result;
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  const std::string& base = config_.http.base_url;
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    out.set_url(base + "/models");
  } else if (attempt.operation().starts_with("abv.")) {
    throw sdk::Stopped{ABV_E_UNSUPPORTED};
  } else {
    const bool is_anthropic = attempt.dialect() == "claude-messages";
    out.set_url(sdk::url_of(base, is_anthropic ? attempt.path() : sdk::without_v1(attempt.path()),
                            attempt.query()));
    if (is_anthropic && !attempt.header("anthropic-version")) {
      out.set_header("anthropic-version", kAnthropicVersion);
    }
    name_model(attempt, out);
  }
  // In both protocols.
  out.set_credential("authorization", "Bearer ", "api_key");
  config_.http.put_headers(out);
}

// The host may have another name for the model than the body, and then has spliced it in already;
// so the whole body is set.
void Provider::name_model(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  const std::string name = config_.models.resolve(attempt.model());
  if (name == attempt.model()) return;
  json::Document document;
  if (!document.parse(attempt.body())) return;
  const json::Value model = document.root()["model"];
  if (!model.exists()) return;
  const std::string_view body = attempt.body();
  json::Writer quoted;
  quoted.value(name);
  std::string changed(body.substr(0, model.offset()));
  changed.append(quoted.view()).append(body.substr(model.offset() + model.raw().size()));
  out.set_body(changed);
}

}  // namespace abv::zai
