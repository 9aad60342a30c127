#pragma once

#include <string>
#include <utility>

#include "abv/sdk/http_settings.hpp"
#include "abv/sdk/provider.hpp"

namespace abv::claude {

// Anthropic's API, or a server that speaks like it, with an API key.
class Provider {
 public:
  struct Config {
    sdk::HttpSettings http;  // the base URL is one without version
  };

  static constexpr sdk::Info kInfo{
      .name = "claude",
      .summary = "Anthropic's Messages API with an API key",
      .config_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "base_url": {
      "type": "string", "format": "uri", "default": "https://api.anthropic.com",
      "description": "Where the API is, without its version: /v1/messages is appended to it."
    },
    "extra_headers": {
      "type": "object", "additionalProperties": {"type": "string"}, "default": {},
      "description": "Headers that are set on every request, in place of the client's own."
    }
  },
  "additionalProperties": false
})json",
      .abilities = R"json({
  "dialects": ["claude-messages"],
  "credentials": ["api_key"],
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

}  // namespace abv::claude
