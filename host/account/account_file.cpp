#include "host/account/account_file.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "host/config/load_json.hpp"

namespace abv::account {
namespace {

using config::Value;

constexpr std::array<const char*, 5> kKinds{"api_key", "oauth", "codex", "bearer", "header"};

// Reads members with errors that name them.
class Members {
 public:
  Members(const Value& json, const std::string& place) : json_(json), place_(place) {}

  std::string text(const char* key) {
    const Value* value = find(key, &Value::is_string, "a string");
    return value == nullptr ? std::string() : value->text();
  }
  bool flag(const char* key, bool absent) {
    const Value* value = find(key, &Value::is_bool, "true or false");
    return value == nullptr ? absent : value->as_bool();
  }
  std::int64_t integer(const char* key, std::int64_t absent, std::int64_t least,
                       std::int64_t most) {
    const Value* value = find(key, &Value::is_int, "an integer");
    if (value == nullptr) {
      return absent;
    }
    if (value->as_int() < least || value->as_int() > most) {
      fail(key, "expected " + std::to_string(least) + " to " + std::to_string(most) + ", got " +
                    value->text());
    }
    return value->as_int();
  }
  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> all;
    const Value* value = find(key, &Value::is_array, "an array of strings");
    for (const Value& item : value == nullptr ? std::vector<Value>() : value->items()) {
      if (!item.is_string()) {
        fail(key, "expected an array of strings");
      }
      all.push_back(item.text());
    }
    return all;
  }
  const Value* object(const char* key) { return find(key, &Value::is_object, "an object"); }

  void fail(const char* key, const std::string& rule) {
    if (!error_) {
      error_ = Error{Error::Code::kInvalid, place_ + ": " + key + ": " + rule};
    }
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const Value* find(const char* key, bool (Value::*is_right)() const, const char* expected) {
    const Value* value = json_.find(key);
    if (value == nullptr || value->is_null()) {
      return nullptr;
    }
    if (!(value->*is_right)()) {
      fail(key, std::string("expected ") + expected);
      return nullptr;
    }
    return value;
  }

  const Value& json_;
  const std::string& place_;
  std::optional<Error> error_;
};

Account::Secrets read_secrets(Members& members) {
  Account::Secrets secrets;
  const Value* object = members.object("secrets");
  if (object == nullptr) {
    members.fail("secrets", "is missing");
    return secrets;
  }
  for (const config::Member& member : object->members()) {
    if (!member.value.is_string() || member.value.text().empty()) {
      members.fail("secrets", "expected strings that are not empty");
      continue;
    }
    secrets.emplace(member.key, Secret(member.value.text()));
  }
  if (secrets.empty()) {
    members.fail("secrets", "expected at least one");
  }
  return secrets;
}

void copy_member(const Value& from, const char* key, Value& to, const char* as) {
  if (const Value* value = from.find(key);
      value != nullptr && !value->is_null() && !(value->is_string() && value->text().empty())) {
    to.set(as, *value);
  }
}

std::string text_at(const Value& json, std::string_view path) {
  const Value* value = json.lookup(path);
  return value != nullptr && value->is_string() ? value->text() : std::string();
}

bool flag_at(const Value& json, std::string_view path) {
  const Value* value = json.lookup(path);
  return value != nullptr && value->as_bool();
}

// What is left of an id when only the characters of file names stay.
std::string file_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
    name += is_plain ? c : '-';
  }
  const std::size_t first = name.find_first_not_of(".-");
  return first == std::string::npos ? "account" : name.substr(first, 100);
}

Value begin(const std::string& provider, const char* kind) {
  Value json = Value::object();
  json.set("version", Value::integer(1));
  json.set("provider", Value::string(provider));
  json.set("kind", Value::string(kind));
  return json;
}

void keep_the_rest(const Value& foreign, std::initializer_list<std::string_view> taken,
                   Value& json) {
  for (const config::Member& member : foreign.members()) {
    const bool is_taken = std::find(taken.begin(), taken.end(), member.key) != taken.end();
    if (!is_taken && json.find(member.key) == nullptr) {
      json.set(member.key, member.value);
    }
  }
}

// An account of Antigravity Manager. Its "quota", "device_profile" and whatever else it holds stay.
Imported import_google(const Value& foreign, const std::string& provider) {
  const Value& token = *foreign.find("token");
  Value json = begin(provider.empty() ? "gemini" : provider, "oauth");
  std::string label = text_at(foreign, "custom_label");
  label = label.empty() ? text_at(foreign, "email") : label;
  label = label.empty() ? text_at(foreign, "name") : label;
  json.set("label", Value::string(label));
  copy_member(foreign, "email", json, "email");
  if (const std::string tier = text_at(foreign, "quota.subscription_tier"); !tier.empty()) {
    json.set("tier", Value::string(tier));
  }
  const bool is_off = flag_at(foreign, "disabled") || flag_at(foreign, "proxy_disabled");
  json.set("enabled", Value::boolean(!is_off));
  if (is_off) {
    const std::string reason = text_at(foreign, "disabled_reason");
    json.set("disabled_reason",
             Value::string(reason.empty() ? text_at(foreign, "proxy_disabled_reason") : reason));
  }
  Value secrets = Value::object();
  for (const char* key : {"access_token", "refresh_token", "id_token"}) {
    copy_member(token, key, secrets, key);
  }
  json.set("secrets", std::move(secrets));
  if (const Value* expiry = token.find("expiry_timestamp"); expiry != nullptr && expiry->is_int()) {
    json.set("expires_at_ms", Value::integer(expiry->as_int() * 1000));
  }
  Value attributes = Value::object();
  for (const config::Member& member : token.members()) {
    constexpr std::array<std::string_view, 5> kElsewhere{
        "access_token", "refresh_token", "id_token", "expiry_timestamp", "expires_in"};
    if (std::find(kElsewhere.begin(), kElsewhere.end(), member.key) == kElsewhere.end() &&
        !member.value.is_null()) {
      attributes.set(member.key, member.value);
    }
  }
  json.set("attributes", std::move(attributes));
  keep_the_rest(foreign, {"token", "disabled", "proxy_disabled", "custom_label", "id", "version"},
                json);
  const std::string email = text_at(foreign, "email");
  return {file_name(email.empty() ? text_at(foreign, "id") : email), std::move(json)};
}

// Codex CLI's auth.json: a ChatGPT login, an API key, or both.
Imported import_codex(const Value& foreign, const std::string& provider) {
  const std::string key = text_at(foreign, "OPENAI_API_KEY");
  const bool is_login = !text_at(foreign, "tokens.refresh_token").empty();
  Value json = begin(provider.empty() ? "codex" : provider, is_login ? "codex" : "api_key");
  json.set("enabled", Value::boolean(true));
  Value secrets = Value::object();
  if (!key.empty()) {
    secrets.set("api_key", Value::string(key));
  }
  Value attributes = Value::object();
  if (const Value* tokens = foreign.find("tokens"); tokens != nullptr) {
    for (const config::Member& member : tokens->members()) {
      const bool is_secret =
          member.key == "access_token" || member.key == "refresh_token" || member.key == "id_token";
      if (!member.value.is_null()) {
        (is_secret ? secrets : attributes).set(member.key, member.value);
      }
    }
  }
  json.set("secrets", std::move(secrets));
  json.set("attributes", std::move(attributes));
  keep_the_rest(foreign, {"OPENAI_API_KEY", "tokens"}, json);
  const std::string account = text_at(foreign, "tokens.account_id");
  return {file_name(account.empty() ? "codex" : "codex-" + account), std::move(json)};
}

}  // namespace

Result<std::shared_ptr<Account>> account_of(const Value& json, const std::string& id,
                                            const std::string& place) {
  if (!json.is_object()) {
    return Error{Error::Code::kInvalid, place + ": expected a JSON object"};
  }
  if (json.find("provider") == nullptr && json.find("token") != nullptr) {
    return Error{Error::Code::kInvalid,
                 place + ": is an account file of another program; `abv-host accounts import " +
                     place + "` takes it over"};
  }
  constexpr std::int64_t kMany = 1'000'000;
  Members members(json, place);
  AccountFacts facts;
  facts.id = id;
  facts.place = place;
  if (const std::int64_t version = members.integer("version", 1, 1, kMany); version > 1) {
    members.fail("version", "expected 1, got " + std::to_string(version));
  }
  facts.provider = members.text("provider");
  facts.kind = members.text("kind");
  facts.label = members.text("label");
  facts.tier = members.text("tier");
  facts.priority = static_cast<int>(members.integer("priority", 0, -kMany, kMany));
  facts.weight = static_cast<unsigned>(members.integer("weight", 1, 1, kMany));
  facts.is_enabled = members.flag("enabled", true);
  facts.disabled_reason = members.text("disabled_reason");
  facts.models = members.texts("models");
  facts.most_calls = static_cast<unsigned>(members.integer("max_concurrent", 0, 0, kMany));
  facts.expires_at_ms =
      members.integer("expires_at_ms", 0, 0, std::numeric_limits<std::int64_t>::max());
  if (const Value* attributes = members.object("attributes"); attributes != nullptr) {
    facts.attributes_json = attributes->to_json();
  }
  Secret proxy(members.text("proxy"));
  Account::Secrets secrets = read_secrets(members);
  if (facts.provider.empty()) {
    members.fail("provider", "expected the name of an entry under `providers`");
  }
  if (std::find(kKinds.begin(), kKinds.end(), facts.kind) == kKinds.end()) {
    members.fail("kind",
                 "expected api_key, oauth, codex, bearer or header, got \"" + facts.kind + "\"");
  }
  if (members.error()) {
    return *members.error();
  }
  return std::make_shared<Account>(std::move(facts), std::move(secrets), std::move(proxy));
}

void put_credential(Value& json, const Account& account) {
  Value* secrets = json.find("secrets");
  if (secrets == nullptr) {
    secrets = &json.set("secrets", Value::object());
  }
  for (const auto& [name, secret] : account.secrets()) {
    secrets->set(name, Value::string(std::string(secret.reveal())));
  }
  if (Result<Value> attributes = config::load_json(account.facts().attributes_json, "attributes");
      attributes && attributes->size() > 0) {
    json.set("attributes", std::move(*attributes));
  }
  if (account.facts().expires_at_ms > 0) {
    json.set("expires_at_ms", Value::integer(account.facts().expires_at_ms));
  }
}

Value account_json(const Account& account) {
  const AccountFacts& facts = account.facts();
  Value json = begin(facts.provider, facts.kind.c_str());
  if (!facts.label.empty()) {
    json.set("label", Value::string(facts.label));
  }
  json.set("enabled", Value::boolean(facts.is_enabled));
  if (facts.priority != 0) {
    json.set("priority", Value::integer(facts.priority));
  }
  if (facts.weight != 1) {
    json.set("weight", Value::integer(facts.weight));
  }
  if (facts.most_calls != 0) {
    json.set("max_concurrent", Value::integer(facts.most_calls));
  }
  if (!facts.models.empty()) {
    Value models = Value::array();
    for (const std::string& model : facts.models) {
      models.push(Value::string(model));
    }
    json.set("models", std::move(models));
  }
  if (!account.proxy().empty()) {
    json.set("proxy", Value::string(std::string(account.proxy().reveal())));
  }
  put_credential(json, account);
  return json;
}

Result<Imported> import_account(const Value& foreign, const std::string& provider,
                                const std::string& place) {
  if (foreign.is_object() && !text_at(foreign, "token.refresh_token").empty()) {
    return import_google(foreign, provider);
  }
  const bool is_codex = foreign.is_object() && (!text_at(foreign, "tokens.refresh_token").empty() ||
                                                !text_at(foreign, "OPENAI_API_KEY").empty());
  if (is_codex) {
    return import_codex(foreign, provider);
  }
  return Error{Error::Code::kInvalid,
               place +
                   ": is no account file that can be imported: expected one of Antigravity "
                   "Manager (with token.refresh_token) or Codex CLI's auth.json"};
}

}  // namespace abv::account
