#pragma once

#include <string>
#include <utility>

#include "abv/sdk/http_settings.hpp"
#include "abv/sdk/provider.hpp"

namespace abv::openai {

// OpenAI's API, or any server that speaks like it, with an API key or without one.
class Provider {
 public:
  struct Config {
    sdk::HttpSettings http;  // the base URL is one with the version
    std::string organization, project;
  };

  static constexpr sdk::Info kInfo{
      .name = "openai",
      .summary = "OpenAI's API, or a server compatible with it, with an API key",
      .config_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "base_url": {
      "type": "string", "format": "uri", "default": "https://api.openai.com/v1",
      "description": "Where the API is, with its version: /chat/completions is appended to it."
    },
    "organization": {
      "type": "string", "description": "Sent as OpenAI-Organization when it is set."
    },
    "project": {
      "type": "string", "description": "Sent as OpenAI-Project when it is set."
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
  "credentials": ["api_key"],
  "credential_optional": true,
  "control": ["abv.models"]
})json",
  };

  static Config read(const sdk::json::Value& config);
  explicit Provider(Config config) : config_(std::move(config)) {}

  void prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const;

 private:
  std::string url_for(const sdk::Attempt& attempt, sdk::Outgoing& out) const;

  Config config_;
};

}  // namespace abv::openai
