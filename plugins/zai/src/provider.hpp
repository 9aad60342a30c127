#pragma once

#include <string>
#include <utility>

#include "abv/sdk/http_settings.hpp"
#include "abv/sdk/provider.hpp"
#include "model_names.hpp"

namespace abv::zai {

// z.ai with an API key, in Anthropic's protocol or in OpenAI's. The dialects are those of the
// plugins abv.claude and abv.openai.
class Provider {
 public:
  struct Config {
    sdk::HttpSettings http;
    ModelNames models;
  };

  static constexpr sdk::Info kInfo{
      .name = "zai",
      .summary = "z.ai's GLM models with an API key, in Anthropic's protocol or OpenAI's",
      .config_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "protocol": {
      "enum": ["anthropic", "openai"], "default": "anthropic",
      "description": "What is spoken with the upstream; calls in other formats are converted to it."
    },
    "plan": {
      "enum": ["api", "coding"], "default": "api",
      "description": "What the key is for: OpenAI's protocol has an address of its own for the coding plan."
    },
    "base_url": {
      "type": "string", "format": "uri",
      "description": "Where the API is. Absent: z.ai's address for protocol and plan."
    },
    "opus_model": {
      "type": "string", "minLength": 1, "default": "glm-4.7",
      "description": "Stands for Claude's models that are called opus."
    },
    "sonnet_model": {
      "type": "string", "minLength": 1, "default": "glm-4.7",
      "description": "Stands for Claude's models that are called sonnet, or neither opus nor haiku."
    },
    "haiku_model": {
      "type": "string", "minLength": 1, "default": "glm-4.5-air",
      "description": "Stands for Claude's models that are called haiku."
    },
    "model_map": {
      "type": "object", "additionalProperties": {"type": "string"}, "default": {},
      "description": "Other names for models: what clients say, and what z.ai is told."
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
  "control": [],
  "operations": ["chat"],
  "by_setting": {
    "protocol": {
      "openai": {
        "dialects": ["openai-chat"],
        "control": ["abv.models"],
        "operations": ["chat", "images.generations"]
      }
    }
  }
})json",
  };

  static Config read(const sdk::json::Value& config);
  explicit Provider(Config config) : config_(std::move(config)) {}

  void prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const;

 private:
  void name_model(const sdk::Attempt& attempt, sdk::Outgoing& out) const;

  Config config_;
};

}  // namespace abv::zai
