#include "provider.hpp"

#include "abv/sdk/json.hpp"
#include "account_project.hpp"
#include "code_assist.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace oauth = sdk::oauth;

namespace {

constexpr std::string_view kApi = "https://generativelanguage.googleapis.com";
constexpr std::string_view kCodeAssist = "https://cloudcode-pa.googleapis.com";

}  // namespace

Provider::Config Provider::read(const json::Value& config) {
  Config result;
  result.is_code_assist = config["transport"].as_string() == "code_assist";
  result.http = sdk::HttpSettings::read(config, result.is_code_assist ? kCodeAssist : kApi);
  result.client.token_url = config["token_url"].as_string("https://oauth2.googleapis.com/token");
  result.client.id = config["client_id"].as_string();
  result.client.secret = config["client_secret"].as_string();
  return result;
}

Provider::Provider(const sdk::Host& host, Config config) : config_(std::move(config)) {
  // What stands there names the secret.
  constexpr std::string_view kName = "client_secret";
  if (!config_.client.secret.empty()) {
    config_.client.secret = host.secrets().read(kName).value_or("");
  }
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_REFRESH) {
    return oauth::ask(attempt, config_.client, oauth::Encoding::kForm, out);
  }
  if (config_.is_code_assist) {
    const bool is_known = attempt.operation() == ABV_OP_QUOTA;
    if (!is_known && attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
    code_assist::prepare(attempt, config_.http.base_url, out);
  } else {
    out.set_url(url_for(attempt, out));
  }
  const auto account = attempt.account();
  if (account && account->kind() == "oauth") {
    out.set_credential("authorization", "Bearer ", "access_token");
    // Whose quota counts, since a token does not tell.
    const auto project = project_of(attempt);
    if (!config_.is_code_assist && !project.empty()) {
      out.set_header("x-goog-user-project", project);
    }
  } else {
    out.set_credential("x-goog-api-key", "", "api_key");
  }
  config_.http.put_headers(out);
}

std::string Provider::url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    return config_.http.base_url + "/v1beta/models?pageSize=1000";
  }
  if (attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
  return sdk::url_of(config_.http.base_url, attempt.path(), attempt.query());
}

void Provider::judge(const sdk::Attempt& attempt, const sdk::Answer& answer,
                     sdk::Verdict& verdict) const {
  if (attempt.operation() == ABV_OP_REFRESH) oauth::judge(answer, verdict);
}

abv_status Provider::digest(const sdk::Attempt& attempt, const sdk::Answer& answer,
                            sdk::Writer& out) const {
  if (attempt.operation() == ABV_OP_QUOTA) return code_assist::write_quota(answer, out);
  if (attempt.operation() != ABV_OP_REFRESH) return ABV_E_UNSUPPORTED;  // the dialect knows it
  oauth::write(oauth::read(answer), out);
  return ABV_OK;
}

}  // namespace abv::gemini
