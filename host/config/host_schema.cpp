#include "host/config/host_schema.hpp"

#include "host/config/load_json.hpp"

namespace abv::config {
namespace {

constexpr char kSettings[] = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"title": "abv-host configuration",
"description": "Everything that abv-host reads at its start and at a reload. ${NAME}, ${NAME:-default} and ${NAME:?message} inside of values stand for environment variables; $$ is a dollar sign.",
"type": "object",
"additionalProperties": false,
"properties": {
  "version": {
    "title": "Version of this file's format",
    "description": "There is one version so far.",
    "const": 1, "default": 1, "examples": [1]
  },
  "listen": {
    "title": "Where clients connect",
    "description": "The one port that all clients and dialects share. A change needs a restart.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "host": {
        "title": "Address to listen on",
        "description": "127.0.0.1 serves this machine only; 0.0.0.0 or :: serves the network, which needs an auth middleware. Set by ABV_HOST; ABV_BIND_LOCAL_ONLY=true forces 127.0.0.1.",
        "type": "string", "format": "ip", "default": "127.0.0.1", "examples": ["127.0.0.1", "0.0.0.0", "::1"]
      },
      "port": {
        "title": "TCP port",
        "description": "0 takes any free port; the log line `listening` names it. Set by ABV_PORT or PORT.",
        "type": "integer", "minimum": 0, "maximum": 65535, "default": 8045, "examples": [8045]
      },
      "max_connections": {
        "title": "Most client connections at a time",
        "description": "Each one has a thread with a small stack. Above it new connections wait.",
        "type": "integer", "minimum": 1, "maximum": 65535, "default": 1100, "examples": [1100]
      },
      "keep_alive": {
        "title": "How long an idle connection stays open",
        "description": "Counted from the end of a reply to the first byte of the next call.",
        "type": "string", "format": "duration", "default": "5s", "examples": ["5s", "1m"]
      },
      "header_timeout": {
        "title": "How long a client may take to send its request headers",
        "description": "Ends clients that open a connection and send slowly or nothing.",
        "type": "string", "format": "duration", "default": "30s", "examples": ["30s"]
      },
      "half_close_is_gone": {
        "title": "Whether a half-closed connection counts as left",
        "description": "true: a client that closes its sending side has left, and its upstream call is aborted. false: it still gets its reply; for clients that shut down their side after the request.",
        "type": "boolean", "default": true, "examples": [true]
      },
      "tls": {
        "title": "TLS towards clients",
        "description": "Absent: plain HTTP.",
        "type": "object", "additionalProperties": false, "required": ["cert_file", "key_file"],
        "properties": {
          "cert_file": {
            "title": "Certificate chain",
            "description": "PEM file; the server's own certificate comes first.",
            "type": "string", "minLength": 1, "examples": ["/etc/abv/tls/fullchain.pem"]
          },
          "key_file": {
            "title": "Private key",
            "description": "PEM file without a passphrase, readable by the host only.",
            "type": "string", "minLength": 1, "examples": ["/etc/abv/tls/key.pem"]
          }
        }
      }
    }
  },
  "limits": {
    "title": "Bounds on one call",
    "description": "What a single client can make the host hold or wait for.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "body": {
        "title": "Largest request body",
        "description": "A larger one is answered with 413. Set by ABV_MAX_BODY_SIZE.",
        "type": ["string", "integer"], "format": "size", "default": "100MiB", "examples": ["100MiB", "32MiB", 1048576]
      },
      "bodies_total": {
        "title": "All request bodies in progress together",
        "description": "What is held in memory at a time. A call that would exceed it is answered with 503.",
        "type": ["string", "integer"], "format": "size", "default": "1GiB", "examples": ["1GiB", "256MiB"]
      },
      "client_write": {
        "title": "How long a client may block a write",
        "description": "A client that does not read for this long is given up, and its upstream call is aborted.",
        "type": "string", "format": "duration", "default": "30s", "examples": ["30s"]
      }
    }
  },
)json";

constexpr char kOperation[] = R"json(
  "log": {
    "title": "Log",
    "description": "One event a line.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "level": {
        "title": "Least severe level that is written",
        "description": "Set by ABV_LOG_LEVEL.",
        "enum": ["trace", "debug", "info", "warn", "error", "off"], "default": "info", "examples": ["info", "debug"]
      },
      "format": {
        "title": "Form of a line",
        "description": "text: key=value for people; json: one object for collectors.",
        "enum": ["text", "json"], "default": "text", "examples": ["text", "json"]
      },
      "file": {
        "title": "File that lines are appended to",
        "description": "Empty: standard error. SIGHUP opens it anew, as log rotation needs.",
        "type": "string", "default": "", "examples": ["/var/log/abv-host.log"]
      },
      "calls": {
        "title": "One line for each call",
        "description": "Route, provider, model, status, sizes and times of every call, at level info.",
        "type": "boolean", "default": true, "examples": [true]
      }
    }
  },
  "data_dir": {
    "title": "Directory for databases and copies of plugins",
    "description": "Made with mode 0700 when it is missing. Set by ABV_DATA_DIR.",
    "type": "string", "minLength": 1, "default": "./data", "examples": ["./data", "/var/lib/abv"]
  },
  "records": {
    "title": "Records of calls",
    "description": "What is written to the database beside the calls, off their path.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "queue": {
        "title": "Most records that wait to be written",
        "description": "When the queue is full, new records are dropped and counted; calls never wait for the database.",
        "type": "integer", "minimum": 1, "maximum": 1000000, "default": 4096, "examples": [4096]
      }
    }
  },
  "admin": {
    "title": "Who may do more than others",
    "description": "Nobody, unless said here.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "keys": {
        "title": "Keys that may choose an account",
        "description": "Patterns of the names that the auth middleware gives to keys; proxy-key is that of its api_key. Their calls may name an account in x-abv-account; those of others get 403 then.",
        "type": "array", "default": [], "items": { "type": "string", "minLength": 1 }, "examples": [["proxy-key"]]
      }
    }
  },
  "warmup": {
    "title": "Warming accounts up",
    "description": "A small real request, so that a quota's window begins to run, or to see whether an account works.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "secret": {
        "title": "Secret of POST /internal/warmup",
        "description": "Sent as a bearer token. Empty: the path does not exist.",
        "type": "string", "format": "secret", "default": "", "examples": ["${ABV_WARMUP_SECRET:-}"]
      },
      "schedule": {
        "title": "What is warmed up without being asked",
        "description": "An account that is limited waits until it is not.",
        "type": "array", "default": [],
        "items": {
          "type": "object", "additionalProperties": false, "required": ["provider", "models", "every"],
          "properties": {
            "provider": {
              "title": "Whose accounts",
              "description": "A key of providers.",
              "type": "string", "minLength": 1, "examples": ["codex"]
            },
            "account": {
              "title": "Which accounts",
              "description": "Pattern of ids or labels.",
              "type": "string", "minLength": 1, "default": "*", "examples": ["work*"]
            },
            "models": {
              "title": "Models that are asked",
              "description": "By the upstream's names.",
              "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 }, "examples": [["gpt-5"]]
            },
            "every": {
              "title": "How long after the last one",
              "description": "Counted over restarts.",
              "type": "string", "format": "duration", "examples": ["5h"]
            }
          }
        },
        "examples": [[{ "provider": "codex", "models": ["gpt-5"], "every": "5h" }]]
      }
    }
  },
  "server_timing": {
    "title": "Send a Server-Timing header",
    "description": "Tells the client how long parsing, routing, plugins, conversion and the upstream took.",
    "type": "boolean", "default": false, "examples": [false]
  },
  "loss_header": {
    "title": "Send an x-abv-loss header",
    "description": "Tells the client, as a JSON array, what the conversion of its request dropped, approximated or filled in.",
    "type": "boolean", "default": false, "examples": [false]
  },
  "metrics": {
    "title": "Numbers for Prometheus",
    "description": "GET /metrics on a listener of its own; docs/guide/metrics.md lists the names. A change needs a restart.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "enabled": {
        "title": "Whether there is such a listener",
        "description": "false: nothing is counted, and nothing listens.",
        "type": "boolean", "default": false, "examples": [true]
      },
      "host": {
        "title": "Address to listen on",
        "description": "Any but a loopback address needs a token.",
        "type": "string", "format": "ip", "default": "127.0.0.1", "examples": ["127.0.0.1", "0.0.0.0"]
      },
      "port": {
        "title": "TCP port",
        "description": "0 takes any free port; the log line `metrics.listening` names it.",
        "type": "integer", "minimum": 0, "maximum": 65535, "default": 9464, "examples": [9464]
      },
      "token": {
        "title": "What a scraper sends as Authorization: Bearer",
        "description": "Empty: none is asked for.",
        "type": "string", "format": "secret", "default": "", "examples": ["${ABV_METRICS_TOKEN:-}"]
      }
    }
  },
  "traces": {
    "title": "A span for each call, sent to an OpenTelemetry collector",
    "description": "OTLP over HTTP, as JSON. Spans hold no bodies and no secrets. A change needs a restart.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "endpoint": {
        "title": "URL that takes traces",
        "description": "Absent: none are sent.",
        "type": "string", "format": "uri", "examples": ["http://127.0.0.1:4318/v1/traces"]
      },
      "headers": {
        "title": "Headers to send along",
        "description": "Such as a key of the collector's.",
        "type": "object", "additionalProperties": { "type": "string", "format": "secret" }, "default": {}, "examples": [{ "x-api-key": "${TRACES_KEY}" }]
      },
      "sample": {
        "title": "Share of the traces that are sent",
        "description": "Of those that begin here; where a client sends traceparent, its choice counts.",
        "type": "number", "minimum": 0, "maximum": 1, "default": 1, "examples": [0.1]
      },
      "service_name": {
        "title": "service.name of the spans",
        "description": "Tells this host from others in the collector.",
        "type": "string", "minLength": 1, "default": "abv-host", "examples": ["abv-host"]
      }
    }
  },
  "streams": {
    "title": "Streams while an upstream is silent",
    "description": "Clients give up after 300 s of silence, some load balancers after 60 s.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "keep_alive": {
        "title": "Longest silence",
        "description": "After it the client gets a sign of life, in the form that its wire format has. none: never.",
        "type": "string", "format": "duration", "default": "15s", "examples": ["15s", "none"]
      },
      "commit_after": {
        "title": "Longest silence before a converted stream begins",
        "description": "Until then a failure is still told by its HTTP status and another try is possible; then the stream begins with signs of life. none: never before the first event.",
        "type": "string", "format": "duration", "default": "50s", "examples": ["50s", "none"]
      }
    }
  },
  "websocket": {
    "title": "WebSocket connections",
    "description": "For endpoints that clients may also use through a WebSocket, such as /v1/responses.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "enabled": {
        "title": "Whether they are accepted",
        "description": "false: the answer is 426, at which clients take HTTP.",
        "type": "boolean", "default": true, "examples": [true]
      },
      "idle": {
        "title": "How long one stays open without a call",
        "description": "Each holds two threads. none: without limit.",
        "type": "string", "format": "duration", "default": "30m", "examples": ["30m", "none"]
      },
      "max_age": {
        "title": "How long one stays open at all",
        "description": "A call that runs is not cut off. none: without limit.",
        "type": "string", "format": "duration", "default": "60m", "examples": ["60m", "none"]
      }
    }
  },
  "stored_answers": {
    "title": "Answers that later calls may refer to",
    "description": "Kept in <data_dir>/answers.db, for clients that name an earlier answer instead of sending it again (previous_response_id of OpenAI's Responses API), and only where a call was converted: what passes as it is, the upstream keeps. Changes but of `enabled` need a restart.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "enabled": {
        "title": "Whether answers are kept",
        "description": "false: none, and none that was kept before is found.",
        "type": "boolean", "default": true, "examples": [true]
      },
      "lifetime": {
        "title": "How long an answer is kept",
        "description": "none: until there are too many.",
        "type": "string", "format": "duration", "default": "30d", "examples": ["30d", "1h", "none"]
      },
      "most": {
        "title": "Most answers",
        "description": "Beyond it the oldest make room.",
        "type": "integer", "minimum": 1, "maximum": 100000000, "default": 100000, "examples": [100000]
      },
      "size": {
        "title": "Most bytes of all answers, with their requests",
        "description": "Beyond it the oldest make room.",
        "type": ["string", "integer"], "format": "size", "default": "1GiB", "examples": ["1GiB", "20GiB"]
      }
    }
  },
  "experimental": {
    "title": "Experimental switches",
    "description": "They act on converted calls only; docs/guide/conversion.md says what each does. May change in any version.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "signature_cache": {
        "title": "Remember reasoning and signatures",
        "description": "Gives upstreams back the signed reasoning of turns that called tools, when the client could not carry it. Kept in <data_dir>/turns.db for a week.",
        "type": "boolean", "default": true, "examples": [true]
      },
      "tool_loop_recovery": {
        "title": "Repair histories that miss tool results",
        "description": "A call without a result gets one that says so, a result without a call is dropped.",
        "type": "boolean", "default": false, "examples": [false]
      },
      "cross_model_checks": {
        "title": "Drop signatures of other models",
        "description": "For upstreams that hold a signature to the very model that made it.",
        "type": "boolean", "default": false, "examples": [false]
      },
      "context_usage_scale": {
        "title": "Factor of the input tokens that clients are told",
        "description": "0.2 makes a window of 1,000,000 tokens look like one of 200,000 to a client that compacts its history by the tokens used. Records keep the true numbers. 1: off.",
        "type": "number", "minimum": 0.01, "maximum": 1, "default": 1, "examples": [1]
      }
    }
  },
  "reload": {
    "title": "Reload of this file",
    "description": "SIGHUP reads the file again. Calls that run end on the old settings; an invalid file changes nothing.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "drain_max": {
        "title": "How long old calls may run on",
        "description": "After that they are cancelled, so that the old plugins can go.",
        "type": "string", "format": "duration", "default": "15m", "examples": ["15m", "none"]
      },
      "watch": {
        "title": "Reload when the file changes",
        "description": "Without it only SIGHUP reloads.",
        "type": "boolean", "default": false, "examples": [false]
      }
    }
  },
  "plugins": {
    "title": "Plugins that may be loaded",
    "description": "A plugin can do all that the host can. Nothing is opened that is not listed here and used below.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "dirs": {
        "title": "Directories with plugins",
        "description": "Each plugin is a pair of files: <name>.so and <name>.abv.json. The first directory that has it wins.",
        "type": "array", "default": [],
        "items": { "type": "string", "minLength": 1 }, "examples": [["/usr/lib/abv/plugins"]]
      },
      "allow": {
        "title": "Allow-list",
        "description": "The ids of the plugins that may be loaded.",
        "type": "array", "default": [], "x-abv-unique": "id",
        "items": { "$ref": "#/$defs/allowed_plugin" }, "examples": [[{ "id": "abv.openai" }]]
      }
    }
  },
  "providers": {
    "title": "Upstream services",
    "description": "Each entry is one instance of a plugin's provider under a name that routes refer to. Beside the settings named here it takes those of the plugin.",
    "type": "object", "default": {},
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "$ref": "#/$defs/provider" },
    "examples": [{ "openai": { "plugin": "abv.openai", "base_url": "https://api.openai.com/v1" } }]
  },
  "handlers": {
    "title": "Endpoints of their own",
    "description": "Like providers, for components that answer a whole endpoint by themselves.",
    "type": "object", "default": {},
    "propertyNames": { "$ref": "#/$defs/name" },
    "additionalProperties": { "$ref": "#/$defs/provider" },
    "examples": [{ "tools": { "plugin": "abv.mcp" } }]
  },
  "middlewares": {
    "title": "Middlewares, in order",
    "description": "Requests go down this list, replies come back up. Beside the settings named here an entry takes those of its plugin.",
    "type": "array", "default": [], "x-abv-unique": "name",
    "items": { "$ref": "#/$defs/middleware" },
    "examples": [[{ "name": "auth", "plugin": "abv.auth" }]]
  },
  "models": {
    "title": "Names of models",
    "description": "What becomes of the name that a client asks for, before routes are looked at.",
    "type": "object", "additionalProperties": false, "default": {},
    "properties": {
      "rules": {
        "title": "Other names",
        "description": "The first rule that is for a name decides; what comes out is not mapped again.",
        "type": "array", "default": [], "items": { "$ref": "#/$defs/map_rule" },
        "examples": [[{ "match": "gpt-4*", "to": "smart" }]]
      },
      "aliases": {
        "title": "Names with fallbacks",
        "description": "Each leads to a list. The first that can serve the call counts; the next one is tried when it has no usable account or fails before its answer began.",
        "type": "object", "default": {},
        "additionalProperties": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/alias_step" } },
        "examples": [{ "smart": [{ "provider": "claude", "model": "claude-opus-4-6" }, "gpt-5"] }]
      },
      "rename_back": {
        "title": "Whether answers name the model as the client did",
        "description": "false: answers that are passed on as they are name the upstream's model.",
        "type": "boolean", "default": false, "examples": [true]
      }
    }
  },
  "routes": {
    "title": "Routes",
    "description": "What is served. A path that no route names is answered with 404.",
    "type": "array", "default": [], "x-abv-unique": "name",
    "items": { "$ref": "#/$defs/route" },
    "examples": [[{ "name": "openai", "dialect": "openai-chat", "models": [{ "match": "*", "provider": "openai" }] }]]
  }
},
"$defs": {)json";

void strip_defaults(Value& schema) {
  schema.erase("default");
  for (Member& member : schema.members()) {
    strip_defaults(member.value);
  }
}

// A provider says only what is different from the settings for all.
std::string accounts_of_provider() {
  Result<Value> schema = load_json(kHostAccountsSchema, "host schema");
  strip_defaults(*schema);
  schema->set("title", Value::string("How its accounts are chosen"));
  schema->set("description",
              Value::string("What is not said here is as under `accounts` at the top."));
  return schema->to_json();
}

}  // namespace

std::string host_schema_text() {
  return std::string(kSettings) + "\"accounts\": " + kHostAccountsSchema + "," + kOperation +
         kHostEntriesSchema + ", \"accounts\": " + accounts_of_provider() + "}}\n";
}

Result<Schema> merged_schema(const std::vector<ComponentSchema>& components) {
  auto host = load_json(host_schema_text(), "host schema");
  if (!host) {
    return host.error();
  }
  return merge_components(*host, components);
}

}  // namespace abv::config
