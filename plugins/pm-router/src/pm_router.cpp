// A virtual model: looks at what a request asks and gives it to a small model or a better one. What
// counts is in README.md.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/plugin.hpp"
#include "request_scan.hpp"
#include "session_tiers.hpp"
#include "tiers.hpp"

namespace {

namespace sdk = abv::sdk;
namespace json = abv::sdk::json;
using pm_router::SessionTiers;
using pm_router::Sticky;
using pm_router::Tier;
using pm_router::Tiers;
using pm_router::Verdict;

constexpr const char* kConfigSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "models": { "type": "array", "minItems": 1, "default": ["pm-auto"],
                "items": { "type": "string", "minLength": 1 },
                "description": "names that it decides about, as models.rules left them" },
    "lite": { "type": "string", "minLength": 1, "default": "pm-lite",
              "description": "model or alias for what is easy" },
    "pro": { "type": "string", "minLength": 1, "default": "pm-pro",
             "description": "model or alias for what is not" },
    "pro_from": {
      "type": "object", "default": {}, "additionalProperties": false,
      "description": "one of these suffices; 0 or false switches it off",
      "properties": {
        "tokens": { "type": "integer", "minimum": 0, "default": 8000,
                    "description": "of the whole request, estimated" },
        "turns": { "type": "integer", "minimum": 0, "default": 12,
                   "description": "messages of the history" },
        "tools": { "type": "integer", "minimum": 0, "default": 6, "description": "that are offered" },
        "images": { "type": "integer", "minimum": 0, "default": 1,
                    "description": "in the history" },
        "code": { "type": "boolean", "default": true,
                  "description": "a fenced block in the question" },
        "thinking": { "type": "boolean", "default": true,
                      "description": "high effort or a thinking budget" }
      }
    },
    "keywords": {
      "type": "array", "default": [],
      "description": "texts in the question that decide before anything else, the first one counts",
      "items": {
        "type": "object", "required": ["contains", "tier"], "additionalProperties": false,
        "properties": {
          "contains": { "type": "string", "minLength": 1, "description": "case does not matter" },
          "tier": { "enum": ["lite", "pro"], "description": "lite or pro" }
        }
      }
    },
    "sticky": { "enum": ["never", "upgrade", "always"], "default": "upgrade",
                "description": "upgrade: a session may go up to pro, and stays there" },
    "session_minutes": { "type": "integer", "minimum": 1, "maximum": 100000, "default": 60,
                         "description": "how long a silent session is remembered" },
    "max_sessions": { "type": "integer", "minimum": 1, "maximum": 1000000, "default": 10000,
                      "description": "most sessions remembered" },
    "header": { "type": "string", "pattern": "^[A-Za-z0-9-]*$", "default": "x-abv-tier",
                "description": "request header that decides with lite or pro; empty: none" }
  },
  "additionalProperties": false
})";

constexpr const char* kOrder =
    R"({"after":[{"id":"abv.auth","reason":"sessions are told apart by the client's name"}],"before":[]})";

Sticky read_sticky(const std::string& word) {
  if (word == "never") return Sticky::kNever;
  return word == "always" ? Sticky::kAlways : Sticky::kUpgrade;
}

std::vector<std::string> models_of(const json::Value& config) {
  std::vector<std::string> models;
  for (const json::Value& model : config["models"].items())
    models.push_back(model.as_string());
  if (models.empty()) models.push_back("pm-auto");
  return models;
}

class PmRouter {
 public:
  static constexpr sdk::Info kInfo{
      .name = "pm-router",
      .summary = "a virtual model that goes to a small or a better one, by what is asked",
      .config_schema = kConfigSchema,
      .order = kOrder,
  };

  PmRouter(const sdk::Host& host, const json::Value& config)
      : host_(host),
        models_(models_of(config)),
        lite_(config["lite"].as_string("pm-lite")),
        pro_(config["pro"].as_string("pm-pro")),
        header_(config["header"].as_string("x-abv-tier")),
        tiers_(config),
        sessions_(read_sticky(config["sticky"].as_string("upgrade")),
                  config["session_minutes"].as_int(60) * 60'000'000'000,
                  static_cast<std::size_t>(config["max_sessions"].as_int(10'000))) {}

  void on_request(const sdk::Call& call, sdk::Edit& edit, sdk::Reply&) {
    const std::string wanted = header_.empty() ? std::string() : std::string(edit.header(header_));
    if (!wanted.empty()) edit.remove_header(header_);
    const std::string_view model = call.fact("model.mapped");
    if (std::find(models_.begin(), models_.end(), model) == models_.end()) return;
    const Verdict verdict = choose(call, wanted);
    call.set_fact("model.choice", verdict.tier == Tier::kPro ? pro_ : lite_);
    call.set_fact("model.choice.reason", verdict.reason);
  }

 private:
  Verdict choose(const sdk::Call& call, const std::string& wanted) {
    Verdict verdict;
    if (!wanted.empty()) {
      if (!pm_router::read_tier(wanted, verdict.tier)) {
        throw sdk::Failure{400, "invalid_request",
                           header_ + ": expected lite or pro, got \"" + wanted + "\""};
      }
      return {verdict.tier, "header " + header_};
    }
    verdict = tiers_.judge(pm_router::scan_request(call.body()));
    std::string session(call.fact("session.key"));
    if (!session.empty()) session += '\n' + std::string(call.fact("model.mapped"));
    return sessions_.settle(session, std::move(verdict), host_.clock().now_ns());
  }

  sdk::Host host_;
  std::vector<std::string> models_;
  std::string lite_;
  std::string pro_;
  std::string header_;
  Tiers tiers_;
  SessionTiers sessions_;
};

}  // namespace

ABV_PLUGIN("abv.pm-router", "0.1.0", abv::sdk::Middleware<PmRouter>)
