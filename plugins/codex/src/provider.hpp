#pragma once

#include <string>
#include <utility>

#include "abv/sdk/http_settings.hpp"
#include "abv/sdk/oauth.hpp"
#include "abv/sdk/provider.hpp"

namespace abv::codex {

// OpenAI's Responses API: ChatGPT's backend with a ChatGPT account, as Codex uses it, or the API
// itself with a key. The dialect is the plugin abv.openai's.
class Provider {
 public:
  struct Config {
    sdk::HttpSettings http;    // of ChatGPT's backend
    std::string api_base_url;  // of the API, for keys
    sdk::oauth::Client client;
    std::string client_version, instructions, originator;
  };

  static constexpr sdk::Info kInfo{
      .name = "codex",
      .summary = "OpenAI's Responses API with a ChatGPT account, as Codex uses it, or with a key",
      .config_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "base_url": {
      "type": "string", "format": "uri", "default": "https://chatgpt.com/backend-api/codex",
      "description": "Where calls of ChatGPT accounts go: /responses is appended to it."
    },
    "api_base_url": {
      "type": "string", "format": "uri", "default": "https://api.openai.com/v1",
      "description": "Where calls with an API key go: /responses is appended to it."
    },
    "token_url": {
      "type": "string", "format": "uri", "default": "https://auth.openai.com/oauth/token",
      "description": "Where access tokens are refreshed."
    },
    "client_id": {
      "type": "string", "minLength": 1, "default": "app_EMoamEEZ73f0CkXaXp7hrann",
      "description": "The program that the accounts' tokens were issued to: Codex CLI."
    },
    "originator": {
      "type": "string", "minLength": 1, "default": "abv-host",
      "description": "Names the sender to ChatGPT's backend, where the client does not."
    },
    "client_version": {
      "type": "string", "minLength": 1, "default": "0.169.0",
      "description": "The version of Codex for which ChatGPT's backend lists models."
    },
    "instructions": {
      "type": "string", "minLength": 1, "default": "You are a helpful assistant.",
      "description": "Instructions for requests without any, which ChatGPT's backend refuses."
    },
    "extra_headers": {
      "type": "object", "additionalProperties": {"type": "string"}, "default": {},
      "description": "Headers that are set on every request, in place of the client's own."
    }
  },
  "additionalProperties": false
})json",
      .abilities = R"json({
  "dialects": ["openai-chat"],
  "credentials": ["api_key", "codex"],
  "control": ["abv.models", "abv.refresh"],
  "operations": ["responses", "responses.compact"]
})json",
  };

  static Config read(const sdk::json::Value& config);
  explicit Provider(Config config) : config_(std::move(config)) {}

  void prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const;
  void judge(const sdk::Attempt& attempt, const sdk::Answer& answer, sdk::Verdict& verdict) const;
  abv_status digest(const sdk::Attempt& attempt, const sdk::Answer& answer,
                    sdk::Writer& json) const;

 private:
  std::string url_for(const sdk::Attempt& attempt, bool is_chatgpt, sdk::Outgoing& out) const;
  void prepare_chatgpt(const sdk::Attempt& attempt, sdk::Outgoing& out) const;

  Config config_;
};

}  // namespace abv::codex
