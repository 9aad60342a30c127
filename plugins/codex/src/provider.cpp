#include "provider.hpp"

#include <optional>

#include "abv/sdk/json.hpp"
#include "request_body.hpp"

namespace abv::codex {

namespace json = sdk::json;
namespace oauth = sdk::oauth;

namespace {

constexpr std::string_view kResponses = "responses";

bool is_login(const sdk::Attempt& attempt) {
  const auto account = attempt.account();
  return account && account->kind() == "codex";
}

// A token of ChatGPT says which account it is for.
std::string account_in(std::string_view token) {
  const auto claims = oauth::claims_of(token);
  if (!claims) return {};
  return (*claims)["https://api.openai.com/auth"]["chatgpt_account_id"].as_string();
}

std::string account_id(const sdk::Account& account) {
  json::Document attributes;
  if (attributes.parse(account.attributes_json())) {
    if (auto id = attributes.root()["account_id"].as_string(); !id.empty()) return id;
  }
  const auto token = account.secret("access_token");
  return token ? account_in(*token) : std::string();
}

void write_models(const json::Value& models, sdk::Writer& out) {
  json::Writer list;
  list.begin_object().key("models").begin_array();
  for (const auto& model : models.items()) {
    const auto id = model["slug"].as_string();
    if (id.empty() || model["visibility"].as_string() == "hide") continue;
    list.begin_object().member("id", id).member("owned_by", "openai");
    if (model["display_name"].is_string()) list.member("display_name", model["display_name"]);
    if (model["description"].is_string()) list.member("description", model["description"]);
    list.end_object();
  }
  out.write(list.end_array().end_object().view());
}

// The windows that the host has names for.
std::string_view window_of(std::int64_t seconds) {
  constexpr std::int64_t kHour = 3600;
  switch (seconds / kHour) {
    case 1:
      return "hour";
    case 5:
      return "five_hours";
    case 24:
      return "day";
    case 168:
      return "week";
    default:
      return {};
  }
}

// ChatGPT's /wham/usage, which Codex shows as /status.
void write_quota(const json::Value& limits, sdk::Writer& out) {
  json::Writer list;
  list.begin_object().key("limits").begin_array();
  for (const char* name : {"primary_window", "secondary_window"}) {
    const json::Value window = limits[name];
    if (!window["used_percent"].is_number()) continue;
    list.begin_object().member("name", name);
    list.member("window", window_of(window["limit_window_seconds"].as_int()));
    list.member("remaining", 1 - window["used_percent"].as_double() / 100);
    list.member("resets_at_ms", window["reset_at"].as_int() * 1000).end_object();
  }
  out.write(list.end_array().end_object().view());
}

}  // namespace

Provider::Config Provider::read(const json::Value& config) {
  Config result;
  result.http = sdk::HttpSettings::read(config, "https://chatgpt.com/backend-api/codex");
  result.api_base_url =
      sdk::without_slash(config["api_base_url"].as_string("https://api.openai.com/v1"));
  result.client.token_url = config["token_url"].as_string("https://auth.openai.com/oauth/token");
  result.client.id = config["client_id"].as_string("app_EMoamEEZ73f0CkXaXp7hrann");
  result.client_version = config["client_version"].as_string("0.169.0");
  result.instructions = config["instructions"].as_string("You are a helpful assistant.");
  result.originator = config["originator"].as_string("abv-host");
  return result;
}

void Provider::prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  if (attempt.operation() == ABV_OP_REFRESH) {
    return oauth::ask(attempt, config_.client, oauth::Encoding::kJson, out);
  }
  const bool is_chatgpt = is_login(attempt);
  out.set_url(url_for(attempt, is_chatgpt, out));
  sdk::hide_websocket(attempt, out);
  if (is_chatgpt) {
    prepare_chatgpt(attempt, out);
  } else {
    out.set_credential("authorization", "Bearer ", "api_key");
  }
  config_.http.put_headers(out);
}

std::string Provider::url_for(const sdk::Attempt& attempt, bool is_chatgpt,
                              sdk::Outgoing& out) const {
  const std::string& base = is_chatgpt ? config_.http.base_url : config_.api_base_url;
  if (attempt.operation() == ABV_OP_MODELS) {
    out.set_method("GET");
    // The list depends on what the client can do.
    return base + (is_chatgpt ? "/models?client_version=" + config_.client_version : "/models");
  }
  if (attempt.operation() == ABV_OP_QUOTA && is_chatgpt) {
    constexpr std::string_view kCodex = "/codex";
    out.set_method("GET");
    return base.substr(0, base.size() - (base.ends_with(kCodex) ? kCodex.size() : 0)) +
           "/wham/usage";
  }
  if (attempt.operation().starts_with("abv.")) throw sdk::Stopped{ABV_E_UNSUPPORTED};
  return sdk::url_of(base, sdk::without_v1(attempt.path()), attempt.query());
}

void Provider::prepare_chatgpt(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
  out.set_credential("authorization", "Bearer ", "access_token");
  if (const auto id = account_id(*attempt.account()); !id.empty()) {
    out.set_header("chatgpt-account-id", id);
  }
  if (!attempt.header("originator")) out.set_header("originator", config_.originator);
  // These are of an account of the API.
  out.remove_header("openai-organization");
  out.remove_header("openai-project");
  if (attempt.operation() != kResponses) return;
  out.set_header("accept", "text/event-stream");
  out.set_body(chatgpt_body(attempt.body(), attempt.model(), config_.instructions));
}

void Provider::judge(const sdk::Attempt& attempt, const sdk::Answer& answer,
                     sdk::Verdict& verdict) const {
  if (attempt.operation() == ABV_OP_REFRESH) {
    oauth::judge(answer, verdict);
    // Whatever its words: Codex gives the login up too.
    if (answer.http_status() == 401) verdict.set(sdk::Action::kDead, sdk::Scope::kAccount);
    return;
  }
  // Which models there are depends on the plan, so another account may have it.
  constexpr std::string_view kNotInPlan = "not supported when using Codex with a ChatGPT account";
  if (answer.http_status() == 400 && answer.body().find(kNotInPlan) != std::string_view::npos) {
    verdict.set(sdk::Action::kRotate, sdk::Scope::kModel);
    verdict.set_cool_down_ms(-1);
    verdict.set_reason("the account's plan is without this model");
  }
}

abv_status Provider::digest(const sdk::Attempt& attempt, const sdk::Answer& answer,
                            sdk::Writer& out) const {
  if (attempt.operation() == ABV_OP_REFRESH) {
    auto tokens = oauth::read(answer);
    auto id = account_in(tokens.id);
    if (id.empty()) id = account_in(tokens.access);
    // An account may be one of several that its owner is in; the choice made at login stays.
    const bool is_known = attempt.account() && !account_id(*attempt.account()).empty();
    if (!id.empty() && !is_known) tokens.attributes.emplace_back("account_id", id);
    oauth::write(tokens, out);
    return ABV_OK;
  }
  json::Document document;
  if (!document.parse(answer.body())) return ABV_E_INVALID;
  if (attempt.operation() == ABV_OP_QUOTA) {
    const json::Value limits = document.root()["rate_limit"];
    if (!limits.is_object()) return ABV_E_INVALID;
    write_quota(limits, out);
    return ABV_OK;
  }
  if (!document.root()["models"].is_array()) return ABV_E_UNSUPPORTED;  // the dialect knows it
  write_models(document.root()["models"], out);
  return ABV_OK;
}

}  // namespace abv::codex
