// The entries of lists and maps in the host's schema: providers, middlewares, routes.

#include "host/config/host_schema.hpp"

namespace abv::config {

const char kHostEntriesSchema[] = R"json(
  "name": {
    "title": "Name of an entry",
    "description": "Letters, digits, dot, dash and underscore; the first is a letter or digit.",
    "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
    "x-abv-expected": "a name of letters, digits, \".\", \"-\" and \"_\" that starts with a letter or digit",
    "examples": ["openai"]
  },
  "allowed_plugin": {
    "title": "One plugin that may be loaded",
    "description": "The id is that of its manifest.",
    "type": "object", "additionalProperties": false, "required": ["id"],
    "properties": {
      "id": {
        "title": "Id of the plugin",
        "description": "As its manifest states it.",
        "$ref": "#/$defs/name", "examples": ["abv.openai"]
      },
      "sha256": {
        "title": "Digest of the library",
        "description": "When it is given, only a library with exactly these bytes is loaded.",
        "type": "string", "pattern": "^[0-9A-Fa-f]{64}$", "x-abv-expected": "64 hexadecimal digits",
        "examples": ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
      },
      "file": {
        "title": "Path of the library",
        "description": "When it is given, the directories are not searched. Its manifest stands beside it.",
        "type": "string", "minLength": 1, "examples": ["/opt/abv/openai.so"]
      }
    }
  },
  "timeouts": {
    "title": "Time limits of upstream calls",
    "description": "none switches a limit off.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "connect": {
        "title": "To connect",
        "description": "Name lookup, TCP and TLS together.",
        "type": "string", "format": "duration", "default": "10s", "examples": ["10s"]
      },
      "first_byte": {
        "title": "To the first byte of the answer",
        "description": "Counted from the end of the request. Models that reason at length need minutes.",
        "type": "string", "format": "duration", "default": "600s", "examples": ["600s", "10m"]
      },
      "idle": {
        "title": "Between two pieces of the answer",
        "description": "A stream that is silent for this long is given up.",
        "type": "string", "format": "duration", "default": "300s", "examples": ["300s", "5m"]
      },
      "total": {
        "title": "For the whole call",
        "description": "Counted from the start of the call, all retries included.",
        "type": "string", "format": "duration", "default": "none", "examples": ["none", "30m"]
      }
    }
  },
  "provider": {
    "title": "One provider or handler",
    "description": "The host's settings of an instance; those of its plugin stand beside them.",
    "type": "object", "required": ["plugin"],
    "x-abv-component-kinds": ["abv.provider/1", "abv.handler/1"],
    "additionalProperties": { "x-abv-secret": true },
    "properties": {
      "plugin": {
        "title": "Id of the plugin",
        "description": "Must stand in plugins.allow.",
        "type": "string", "minLength": 1, "examples": ["abv.openai"]
      },
      "component": {
        "title": "Name of the component",
        "description": "Needed only for a plugin that holds several providers or handlers.",
        "type": "string", "minLength": 1, "examples": ["openai"]
      },
      "enabled": {
        "title": "Whether routes may use it",
        "description": "auto: when it needs no key, or has one.",
        "enum": ["auto", true, false], "default": "auto", "examples": ["auto"]
      },
      "api_key": {
        "title": "Key of the upstream service",
        "description": "Never printed. Empty: none.",
        "type": "string", "format": "secret", "default": "", "examples": ["${OPENAI_API_KEY:-}"]
      },
      "api_keys": {
        "title": "More keys of the upstream service",
        "description": "Each is an account of its own, like those in files under <data_dir>/accounts. Never printed.",
        "type": "array", "default": [],
        "items": { "type": "string", "format": "secret" }, "examples": [["${OPENAI_API_KEY_2:-}"]]
      },
      "accounts": { "$ref": "#/$defs/accounts" },
      "timeouts": { "$ref": "#/$defs/timeouts" },
      "status_rules": {
        "title": "What refusals of the upstream mean",
        "description": "Tried in order, before the host's own rules; the plugin has the last word.",
        "type": "array", "items": { "$ref": "#/$defs/status_rule" },
        "examples": [[{ "status": 429, "contains": "come back tomorrow", "action": "rotate", "scope": "account", "cool_down": "12h" }]]
      },
      "proxy": {
        "title": "HTTP proxy",
        "description": "Upstream connections go through it. Empty: direct.",
        "type": "string", "format": "proxy", "default": "", "examples": ["http://user:password@proxy.example:3128"]
      },
      "ca_file": {
        "title": "Certificate authorities",
        "description": "PEM file to trust instead of the system's. Empty: the system's.",
        "type": "string", "default": "", "examples": ["/etc/abv/company-ca.pem"]
      },
      "models": {
        "title": "Models to list",
        "description": "Ids that model listings show for this provider, when it cannot list them itself.",
        "type": "array", "uniqueItems": true, "default": [],
        "items": { "type": "string", "minLength": 1 }, "examples": [["gpt-4.1", "gpt-4.1-mini"]]
      },
      "operations": {
        "title": "Operations that the upstream has",
        "description": "Requests of others in its own dialect are converted where that is possible: without \"responses\" here, a request to /v1/responses becomes one to /v1/chat/completions. Absent: all.",
        "type": "array", "minItems": 1, "uniqueItems": true,
        "items": { "type": "string", "minLength": 1 }, "examples": [["chat", "embeddings"]]
      },
      "convert_to": {
        "title": "What converted requests become",
        "description": "An operation of the upstream's dialect, for requests that came in another one. Absent: the dialect's first, which is \"chat\".",
        "type": "string", "minLength": 1, "examples": ["responses"]
      },
      "max_idle_connections": {
        "title": "Most idle connections kept open",
        "description": "They are reused, which saves the handshake. 0 keeps none.",
        "type": "integer", "minimum": 0, "maximum": 65535, "default": 64, "examples": [64]
      }
    }
  },
  "status_rule": {
    "title": "What a refusal means",
    "description": "Decides on answers with a status of 400 or above that fit status, kind and contains. At least one of the three has to be given.",
    "type": "object", "additionalProperties": false, "required": ["action"],
    "x-abv-expected": "\"status\", \"kind\" or \"contains\" beside the action",
    "anyOf": [{ "required": ["status"] }, { "required": ["kind"] }, { "required": ["contains"] }],
    "properties": {
      "status": {
        "title": "HTTP status",
        "description": "One, several, or all of a class. Absent: any.",
        "anyOf": [
          { "type": "integer", "minimum": 400, "maximum": 599 },
          { "enum": ["4xx", "5xx"] },
          { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "integer", "minimum": 400, "maximum": 599 } }
        ],
        "x-abv-expected": "a status from 400 to 599, a list of them, \"4xx\" or \"5xx\"",
        "examples": [429, [502, 504], "5xx"]
      },
      "kind": {
        "title": "Kind of refusal",
        "description": "As the host reads it from status, headers and body: rate (too fast), quota (an allowance is used up), capacity (overloaded), too_large, credential, forbidden, verification (a person has to confirm something), billing, server, not_found, other. Absent: any.",
        "enum": ["rate", "quota", "capacity", "too_large", "credential", "forbidden", "verification", "billing", "server", "not_found", "other"],
        "examples": ["quota"]
      },
      "contains": {
        "title": "Text in the body",
        "description": "Case does not matter; * stands for any text, ? for one character. Absent: any body.",
        "type": "string", "minLength": 1, "examples": ["account suspended", "limit for * reached"]
      },
      "action": {
        "title": "What to do",
        "description": "pass gives the answer to the client; retry asks the same account again; rotate asks another one; refresh renews the account's token and asks again; dead takes the account out of use and asks another one.",
        "enum": ["pass", "retry", "rotate", "refresh", "dead"], "examples": ["rotate"]
      },
      "scope": {
        "title": "What the cool-down is for",
        "description": "request says nothing of the account; model is the account for this model; account is the account for all models; provider is the whole upstream. Absent: what the answer speaks of.",
        "enum": ["request", "model", "account", "provider"], "examples": ["account"]
      },
      "cool_down": {
        "title": "How long it is left alone",
        "description": "Absent: as long as the answer says, within the host's bounds. none: not at all.",
        "type": "string", "format": "duration", "examples": ["60s", "12h"]
      },
      "max_retries": {
        "title": "Most retries",
        "description": "For the action retry. After them another account is asked, or the client gets the answer when no account could do better.",
        "type": "integer", "minimum": 0, "maximum": 10, "default": 1, "examples": [2]
      }
    }
  },
  "middleware": {
    "title": "One middleware",
    "description": "The host's settings of an instance; those of its plugin stand beside them.",
    "type": "object", "required": ["name", "plugin"],
    "x-abv-component-kinds": ["abv.middleware/1"],
    "additionalProperties": { "x-abv-secret": true },
    "properties": {
      "name": {
        "title": "Name of this entry",
        "description": "Shown in logs and timings.",
        "$ref": "#/$defs/name", "examples": ["auth"]
      },
      "plugin": {
        "title": "Id of the plugin",
        "description": "Must stand in plugins.allow.",
        "type": "string", "minLength": 1, "examples": ["abv.auth"]
      },
      "component": {
        "title": "Name of the component",
        "description": "Needed only for a plugin that holds several middlewares.",
        "type": "string", "minLength": 1, "examples": ["auth"]
      },
      "enabled": {
        "title": "Whether it runs",
        "description": "false leaves it out as if the entry were not there.",
        "type": "boolean", "default": true, "examples": [true]
      }
    }
  },
  "model_rule": {
    "title": "Which provider serves a model",
    "description": "The first rule whose pattern matches and whose provider is enabled wins.",
    "type": "object", "additionalProperties": false, "required": ["match", "provider"],
    "properties": {
      "match": {
        "title": "Pattern of model names",
        "description": "* stands for any text, ? for one character.",
        "type": "string", "minLength": 1, "examples": ["gpt-*", "*"]
      },
      "provider": {
        "title": "Name of a provider, or of several",
        "description": "Keys of providers. Of several, those that are disabled are left out.",
        "x-abv-expected": "a key of providers, or a list of them",
        "anyOf": [
          { "type": "string", "x-abv-key-of": ["providers"] },
          { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string", "x-abv-key-of": ["providers"] } }
        ],
        "examples": ["openai", ["claude", "zai"]]
      },
      "dispatch": {
        "title": "How several providers share the calls",
        "description": "fallback: the first that can serve the call; the next when it has no usable account or fails. pooled: each conversation begins at one of them, by the number of their accounts, and the others are its fallback. Absent: fallback.",
        "enum": ["fallback", "pooled"], "examples": ["pooled"]
      },
      "as": {
        "title": "Name of the model upstream",
        "description": "Absent: the name that the client gave.",
        "type": "string", "minLength": 1, "examples": ["gemini-2.5-flash"]
      }
    }
  },
  "map_rule": {
    "title": "One rule",
    "description": "Puts another name in the place of the model that a client asks for.",
    "type": "object", "additionalProperties": false, "required": ["to"],
    "x-abv-expected": "either \"match\" or \"regex\", and \"to\"",
    "oneOf": [{ "required": ["match"] }, { "required": ["regex"] }],
    "properties": {
      "match": {
        "title": "Pattern of model names",
        "description": "* stands for any text, ? for one character.",
        "type": "string", "minLength": 1, "examples": ["gpt-*"]
      },
      "regex": {
        "title": "Regular expression for model names",
        "description": "In the syntax of PCRE; it has to match the whole name.",
        "type": "string", "minLength": 1, "examples": ["claude-3-([a-z]+)-\\\\d+"]
      },
      "to": {
        "title": "The name in its place",
        "description": "A model, or an alias. With regex, $1 to $9 stand for what the groups matched.",
        "type": "string", "minLength": 1, "examples": ["smart", "claude-$1-4-6"]
      },
      "dialects": {
        "title": "Dialects that it is for",
        "description": "Absent: all.",
        "type": "array", "minItems": 1, "uniqueItems": true,
        "items": { "type": "string", "minLength": 1 }, "examples": [["claude-messages"]]
      },
      "keys": {
        "title": "Keys that it is for",
        "description": "Patterns of the names that auth gives to keys. Absent: all, also calls without a key.",
        "type": "array", "minItems": 1, "uniqueItems": true,
        "items": { "type": "string", "minLength": 1 }, "examples": [["team-*"]]
      }
    }
  },
  "alias_step": {
    "title": "Where an alias leads",
    "description": "A model or alias, for whoever the route has for it; or a model of one provider.",
    "x-abv-expected": "the name of a model, or provider and model",
    "anyOf": [
      { "type": "string", "minLength": 1 },
      {
        "type": "object", "additionalProperties": false, "required": ["provider", "model"],
        "properties": {
          "provider": {
            "title": "Name of a provider",
            "description": "A key of providers.",
            "type": "string", "x-abv-key-of": ["providers"], "examples": ["claude"]
          },
          "model": {
            "title": "Name of the model upstream",
            "description": "As the provider's upstream calls it.",
            "type": "string", "minLength": 1, "examples": ["claude-opus-4-6"]
          }
        }
      }
    ]
  },
  "route": {
    "title": "One route",
    "description": "Either a dialect with the models it serves, or a path with the handler that answers it.",
    "type": "object", "additionalProperties": false, "required": ["name"],
    "x-abv-expected": "either \"dialect\" and \"models\", or \"path\", \"method\" and \"handler\"",
    "oneOf": [
      { "required": ["dialect", "models"], "properties": { "path": false, "method": false, "handler": false } },
      { "required": ["path", "method", "handler"], "properties": { "dialect": false, "models": false, "endpoints": false, "on_loss": false } }
    ],
    "properties": {
      "name": {
        "title": "Name of the route",
        "description": "Shown in logs and records.",
        "$ref": "#/$defs/name", "examples": ["openai"]
      },
      "dialect": {
        "title": "Wire format of the clients",
        "description": "Decides the paths that are served, by the operations of the dialect.",
        "type": "string", "minLength": 1, "examples": ["openai-chat", "claude-messages", "gemini"]
      },
      "endpoints": {
        "title": "Operations that are served",
        "description": "Absent: all that the dialect has.",
        "type": "array", "minItems": 1, "uniqueItems": true,
        "items": { "type": "string", "minLength": 1 }, "examples": [["chat", "models"]]
      },
      "models": {
        "title": "Which provider serves which model",
        "description": "Tried in order.",
        "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/model_rule" },
        "examples": [[{ "match": "*", "provider": "openai" }]]
      },
      "on_loss": {
        "title": "What a lossy conversion means",
        "description": "refuse answers 400 when a request cannot be converted to the upstream's dialect whole, and says what would be lost. What was lost stands in the call's record either way. Absent: allow.",
        "enum": ["allow", "refuse"], "examples": ["refuse"]
      },
      "path": {
        "title": "Path of the endpoint",
        "description": "Starts with a slash.",
        "type": "string", "pattern": "^/", "x-abv-expected": "a path that starts with \"/\"", "examples": ["/mcp"]
      },
      "method": {
        "title": "HTTP method of the endpoint",
        "description": "ANY takes all.",
        "enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "ANY"], "examples": ["POST"]
      },
      "handler": {
        "title": "Name of a handler",
        "description": "A key of handlers or providers.",
        "type": "string", "x-abv-key-of": ["handlers", "providers"], "examples": ["tools"]
      }
    }
  }
)json";

}  // namespace abv::config
