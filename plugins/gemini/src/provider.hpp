#pragma once

#include <string>
#include <utility>
#include <vector>

#include "abv/sdk/provider.hpp"

namespace abv::gemini {

// Google's Gemini API, or a server that speaks like it, with an API key.
class Provider {
 public:
  struct Config {
    std::string base_url;  // without version and without a slash at its end
    std::vector<std::pair<std::string, std::string>> extra_headers;
  };

  static constexpr sdk::Info kInfo{
      .name = "gemini",
      .summary = "Google's Gemini API with an API key",
      .config_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "base_url": {
      "type": "string", "format": "uri",
      "default": "https://generativelanguage.googleapis.com",
      "description": "Where the API is, without its version: the client's path is appended."
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

}  // namespace abv::gemini
