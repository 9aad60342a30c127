// How accounts are chosen and recover: the part of the host's schema under `accounts`.

#include "host/config/host_schema.hpp"

namespace abv::config {

const char kHostAccountsSchema[] = R"json({
  "title": "How accounts are chosen",
  "description": "For all providers; docs/guide/accounts.md says how it works. A provider may say otherwise under its own `accounts`.",
  "type": "object", "additionalProperties": false, "default": {},
  "properties": {
    "mode": {
      "title": "Which account a call gets",
      "description": "balance: sessions stay with their account, new ones go where the least is under way. cache_first: the same, and a session rather waits a little for its account than moves. performance: where answers begin the soonest, sessions do not count. fill_first: the first until it is limited, then the next. weighted: sessions stay, new ones are shared out by weight. Of accounts with different priorities the higher goes first in every mode.",
      "enum": ["balance", "cache_first", "performance", "fill_first", "weighted"], "default": "balance", "examples": ["balance"]
    },
    "preferred": {
      "title": "Account that goes before all others",
      "description": "Its id, as `abv-host accounts list` shows it. Used whenever it is free. Empty: none.",
      "type": "string", "default": "", "examples": ["work"]
    },
    "session_ttl": {
      "title": "How long a session stays with its account",
      "description": "Counted from its last use. Prompt caches of upstreams live for 5 minutes to an hour.",
      "type": "string", "format": "duration", "default": "1h", "examples": ["1h"]
    },
    "max_sessions": {
      "title": "Most sessions that are remembered",
      "description": "The least recently used go first.",
      "type": "integer", "minimum": 1, "maximum": 10000000, "default": 10000, "examples": [10000]
    },
    "cool_down": {
      "title": "How long a limited account rests",
      "description": "Between these, what the upstream's answer says counts; without a word it is the floor, doubled with each refusal in a row.",
      "type": "object", "additionalProperties": false, "default": {},
      "properties": {
        "floor": {
          "title": "Shortest rest",
          "description": "Nothing is tried again earlier.",
          "type": "string", "format": "duration", "default": "2s", "examples": ["2s"]
        },
        "ceiling": {
          "title": "Longest rest",
          "description": "Whatever an answer said, one call tries the account again by then.",
          "type": "string", "format": "duration", "default": "30m", "examples": ["30m"]
        }
      }
    },
    "protect_below": {
      "title": "Part of a quota that is left alone",
      "description": "An account with less left of any quota, as its upstream tells, is not used until the quota is reset. 0: all may be used.",
      "type": "number", "minimum": 0, "maximum": 0.95, "default": 0, "examples": [0.1]
    },
    "session_wait": {
      "title": "How long a session waits for its account",
      "description": "In mode cache_first.",
      "type": "string", "format": "duration", "default": "20s", "examples": ["20s"]
    },
    "queue": {
      "title": "How long a call waits when no account is free",
      "description": "In line. If none will be free by then, the client is told so at once, with the time in Retry-After.",
      "type": "string", "format": "duration", "default": "30s", "examples": ["30s"]
    },
    "budget": {
      "title": "When the last try of a call begins",
      "description": "Counted from the start of the call.",
      "type": "string", "format": "duration", "default": "120s", "examples": ["120s"]
    },
    "tries": {
      "title": "Most tries of a call",
      "description": "With all accounts together.",
      "type": "integer", "minimum": 1, "maximum": 100, "default": 8, "examples": [8]
    },
    "refresh_ahead": {
      "title": "How long before its end an access token is refreshed",
      "description": "In the background, so that no call waits for it. none: only when a call needs it.",
      "type": "string", "format": "duration", "default": "5m", "examples": ["5m", "none"]
    },
    "refresh_timeout": {
      "title": "How long a refresh may take",
      "description": "From the request to the issuer of tokens to its whole answer. none: as long as the provider's timeouts allow.",
      "type": "string", "format": "duration", "default": "30s", "examples": ["30s"]
    },
    "quota_every": {
      "title": "How often the accounts' quotas are asked for",
      "description": "In the background, where the provider's plugin offers it. none: never; what answers tell of quotas is read all the same.",
      "type": "string", "format": "duration", "default": "none", "examples": ["10m", "none"]
    },
    "families": {
      "title": "Models that are limited together",
      "description": "The first that matches counts. A model that none matches is limited by itself; a date or -latest at its end makes no difference.",
      "type": "array", "default": [],
      "items": {
        "type": "object", "additionalProperties": false, "required": ["match", "family"],
        "properties": {
          "match": {
            "title": "Pattern of model names",
            "description": "* stands for any text, ? for one character.",
            "type": "string", "minLength": 1, "examples": ["claude-opus-*"]
          },
          "family": {
            "title": "Name of the family",
            "description": "Shown where limits are listed.",
            "type": "string", "minLength": 1, "examples": ["opus"]
          }
        }
      },
      "examples": [[{ "match": "claude-opus-*", "family": "opus" }]]
    }
  }
})json";

}  // namespace abv::config
