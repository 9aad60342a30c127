#pragma once

#include <string>

#include "abv/sdk/host.hpp"
#include "abv/sdk/http_settings.hpp"
#include "abv/sdk/oauth.hpp"
#include "abv/sdk/provider.hpp"

namespace abv::gemini {

// Google's Gemini API, or a server that speaks like it, with an API key or a Google account; or the
// same models by way of Code Assist, with a Google account.
class Provider {
 public:
  struct Config {
    sdk::HttpSettings http;  // the base URL is one without version
    sdk::oauth::Client client;
    bool is_code_assist = false;
  };

  static constexpr sdk::Info kInfo{
      .name = "gemini",
      .summary = "Google's Gemini API with an API key or a Google account",
      .config_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "transport": {
      "enum": ["api", "code_assist"], "default": "api",
      "description": "How Google is reached: by the Gemini API, or by Code Assist, which takes Google accounts only."
    },
    "base_url": {
      "type": "string", "format": "uri",
      "description": "Where it is, without a version. Absent: https://generativelanguage.googleapis.com, or https://cloudcode-pa.googleapis.com for Code Assist."
    },
    "client_id": {
      "type": "string", "default": "",
      "description": "The OAuth client that the accounts' refresh tokens were issued to. Needed for accounts of the kind oauth."
    },
    "client_secret": {
      "type": "string", "format": "secret", "default": "",
      "description": "The secret of that client."
    },
    "token_url": {
      "type": "string", "format": "uri", "default": "https://oauth2.googleapis.com/token",
      "description": "Where access tokens are refreshed."
    },
    "extra_headers": {
      "type": "object", "additionalProperties": {"type": "string"}, "default": {},
      "description": "Headers that are set on every request, in place of the client's own."
    }
  },
  "additionalProperties": false
})json",
      .abilities = R"json({
  "dialects": ["gemini"],
  "credentials": ["api_key", "oauth"],
  "control": ["abv.models", "abv.refresh"],
  "by_setting": {
    "transport": {
      "code_assist": {
        "credentials": ["oauth"],
        "control": ["abv.refresh"],
        "operations": ["chat", "count_tokens"],
        "raw": false
      }
    }
  }
})json",
  };

  static Config read(const sdk::json::Value& config);
  Provider(const sdk::Host& host, Config config);

  void prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const;
  void judge(const sdk::Attempt& attempt, const sdk::Answer& answer, sdk::Verdict& verdict) const;
  abv_status digest(const sdk::Attempt& attempt, const sdk::Answer& answer,
                    sdk::Writer& json) const;

 private:
  std::string url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const;

  Config config_;
};

}  // namespace abv::gemini
