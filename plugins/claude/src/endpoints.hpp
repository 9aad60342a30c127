#pragma once

namespace abv::claude {

// The Messages API. Paths that OpenAI's API has too count as this dialect's only when the client
// sends anthropic-version, as every Anthropic SDK does.
inline constexpr const char* kDialectAbilities = R"json({
  "dialect": "claude-messages",
  "session": {
    "headers": ["x-claude-code-session-id", "x-session-id"], "fields": ["metadata.user_id"],
    "begin": ["system", "messages.0"]
  },
  "endpoints": [
    {"operation": "chat", "method": "POST", "path": "/v1/messages", "model": "body",
      "stream": "body", "canonical": "chat"},
    {"operation": "count_tokens", "method": "POST", "path": "/v1/messages/count_tokens",
      "model": "body", "canonical": "count_tokens"},
    {"operation": "event_logging", "method": "POST", "path": "/v1/api/event_logging",
      "answer": "{}"},
    {"operation": "event_logging", "method": "POST", "path": "/v1/api/event_logging/batch",
      "answer": "{}"},
    {"operation": "batches", "method": "POST", "path": "/v1/messages/batches"},
    {"operation": "batches", "method": "GET", "path": "/v1/messages/batches"},
    {"operation": "batches", "method": "GET", "path": "/v1/messages/batches/{id}"},
    {"operation": "batches", "method": "DELETE", "path": "/v1/messages/batches/{id}"},
    {"operation": "batches", "method": "POST", "path": "/v1/messages/batches/{id}/cancel"},
    {"operation": "batches", "method": "GET", "path": "/v1/messages/batches/{id}/results"},
    {"operation": "models", "method": "GET", "path": "/v1/models", "header": "anthropic-version"},
    {"operation": "models", "method": "GET", "path": "/v1/models/claude"},
    {"operation": "model", "method": "GET", "path": "/v1/models/{model}", "model": "path",
      "header": "anthropic-version"},
    {"operation": "files", "method": "POST", "path": "/v1/files", "header": "anthropic-version"},
    {"operation": "files", "method": "GET", "path": "/v1/files", "header": "anthropic-version"},
    {"operation": "files", "method": "GET", "path": "/v1/files/{id}",
      "header": "anthropic-version"},
    {"operation": "files", "method": "DELETE", "path": "/v1/files/{id}",
      "header": "anthropic-version"},
    {"operation": "files", "method": "GET", "path": "/v1/files/{id}/content",
      "header": "anthropic-version"}
  ]
})json";

}  // namespace abv::claude
