// Asks clients for the proxy's key, wherever their SDK puts it; and when no key is asked for, keeps
// web pages out. The modes are in README.md.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/plugin.hpp"
#include "browser_guard.hpp"
#include "presented_keys.hpp"

namespace {

namespace sdk = abv::sdk;
namespace json = abv::sdk::json;

constexpr const char* kConfigSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "mode": { "enum": ["off", "strict", "all_except_health", "auto"], "default": "auto",
              "description": "what needs the key; auto: nothing on loopback, else all but health" },
    "api_key": { "type": "string", "format": "secret", "default": "",
                 "description": "the key that clients have to present" },
    "allowed_hosts": { "type": "array", "items": { "type": "string", "minLength": 1 },
                       "default": [],
                       "description": "further names of this host, for use without a key" }
  },
  "additionalProperties": false
})";

constexpr const char* kOrder =
    R"({"after":[{"id":"abv.request-id","reason":"a refused call needs an id too"}],"before":[]})";

enum class Mode { kOff, kStrict, kAllExceptHealth };

Mode resolve_mode(const std::string& word, std::string_view is_loopback) {
  if (word == "off") return Mode::kOff;
  if (word == "strict") return Mode::kStrict;
  if (word == "all_except_health") return Mode::kAllExceptHealth;
  if (word != "auto") {
    throw sdk::Failure{
        400, "invalid_config",
        "mode: expected off, strict, all_except_health or auto, got \"" + word + "\""};
  }
  return is_loopback == "true" ? Mode::kOff : Mode::kAllExceptHealth;
}

// The name under which the host keeps the key; empty when none is set.
std::string secret_name(const std::string& setting) {
  constexpr std::string_view kMark = "secret:";
  if (setting.empty()) return {};
  if (setting.compare(0, kMark.size(), kMark) == 0) return setting.substr(kMark.size());
  throw sdk::Failure{400, "invalid_config", "api_key: expected the name of a secret"};
}

std::vector<std::string> strings_of(const json::Value& list) {
  std::vector<std::string> strings;
  for (const json::Value& item : list.items())
    strings.push_back(item.as_string());
  return strings;
}

class Auth {
 public:
  static constexpr sdk::Info kInfo{
      .name = "auth",
      .summary = "asks clients for the proxy's API key, and keeps web pages out when there is none",
      .config_schema = kConfigSchema,
      .order = kOrder,
  };

  Auth(const sdk::Host& host, const json::Value& config)
      : host_(host),
        mode_(resolve_mode(config["mode"].as_string("auto"), host.info("listen.is_loopback"))),
        key_name_(secret_name(config["api_key"].as_string())),
        guard_(std::string(host.info("listen.host")), strings_of(config["allowed_hosts"])) {
    if (mode_ == Mode::kOff) return;
    if (key_name_.empty()) {
      const std::string mode = config["mode"].as_string("auto");
      throw sdk::Failure{400, "invalid_config",
                         "api_key: mode " + mode + " on listen.host \"" +
                             std::string(host.info("listen.host")) +
                             "\" needs a key; set it in the environment variable ABV_API_KEY or as "
                             "api_key in the YAML, or listen on 127.0.0.1"};
    }
    if (!host.secrets()) {
      throw sdk::Failure{501, "unsupported", "the host offers no " ABV_HOST_SECRET};
    }
  }

  void start() const {
    if (mode_ == Mode::kOff && !key_name_.empty()) host_.log().warn("auth.key_not_asked_for");
  }

  void on_head(const sdk::Call& call, sdk::Edit&, sdk::Reply&) const {
    if (mode_ == Mode::kOff) guard_.check(call);
    if (mode_ == Mode::kOff || (mode_ == Mode::kAllExceptHealth && call.operation() == "health")) {
      call.set_fact("principal", "anonymous");
      return;
    }
    check_key(call);
    call.set_fact("principal", "proxy-key");
  }

 private:
  void check_key(const sdk::Call& call) const {
    const std::vector<std::string> keys = auth::presented_keys(call);
    const bool has_right_one = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
      return host_.secrets().equals(key_name_, key);
    });
    if (has_right_one) return;
    const std::string what = keys.empty() ? "no API key was given" : "the API key is not right";
    throw sdk::Failure{401, "authentication_error",
                       what +
                           "; send this proxy's key as \"Authorization: Bearer KEY\", \"X-Api-Key: "
                           "KEY\", \"X-Goog-Api-Key: KEY\" or \"?key=KEY\""};
  }

  sdk::Host host_;
  Mode mode_;
  std::string key_name_;
  auth::BrowserGuard guard_;
};

}  // namespace

ABV_PLUGIN("abv.auth", "0.1.0", abv::sdk::Middleware<Auth>)
