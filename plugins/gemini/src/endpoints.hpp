#pragma once

namespace abv::gemini {

// The Gemini API under both versions: Google's SDKs ask /v1beta up to 2.x and /v1 from 3.x on. The
// paths of /v1 that OpenAI's API has too count as this dialect's only when the client sends
// x-goog-api-key.
inline constexpr const char* kDialectAbilities = R"json({
  "dialect": "gemini",
  "endpoints": [
    {"operation": "chat", "method": "POST", "path": "/v1beta/models/{model}:generateContent",
      "model": "path"},
    {"operation": "chat", "method": "POST", "path": "/v1/models/{model}:generateContent",
      "model": "path"},
    {"operation": "chat", "method": "POST",
      "path": "/v1beta/models/{model}:streamGenerateContent", "model": "path", "stream": "always"},
    {"operation": "chat", "method": "POST", "path": "/v1/models/{model}:streamGenerateContent",
      "model": "path", "stream": "always"},
    {"operation": "count_tokens", "method": "POST", "path": "/v1beta/models/{model}:countTokens",
      "model": "path"},
    {"operation": "count_tokens", "method": "POST", "path": "/v1/models/{model}:countTokens",
      "model": "path"},
    {"operation": "embeddings", "method": "POST", "path": "/v1beta/models/{model}:embedContent",
      "model": "path"},
    {"operation": "embeddings", "method": "POST", "path": "/v1/models/{model}:embedContent",
      "model": "path"},
    {"operation": "embeddings", "method": "POST",
      "path": "/v1beta/models/{model}:batchEmbedContents", "model": "path"},
    {"operation": "embeddings", "method": "POST",
      "path": "/v1/models/{model}:batchEmbedContents", "model": "path"},
    {"operation": "images.generations", "method": "POST",
      "path": "/v1beta/models/{model}:predict", "model": "path"},
    {"operation": "images.generations", "method": "POST", "path": "/v1/models/{model}:predict",
      "model": "path"},
    {"operation": "videos", "method": "POST",
      "path": "/v1beta/models/{model}:predictLongRunning", "model": "path"},
    {"operation": "videos", "method": "POST", "path": "/v1/models/{model}:predictLongRunning",
      "model": "path"},
    {"operation": "batches", "method": "POST",
      "path": "/v1beta/models/{model}:batchGenerateContent", "model": "path"},
    {"operation": "batches", "method": "POST", "path": "/v1/models/{model}:batchGenerateContent",
      "model": "path"},
    {"operation": "batches", "method": "POST",
      "path": "/v1beta/models/{model}:asyncBatchEmbedContent", "model": "path"},
    {"operation": "batches", "method": "POST",
      "path": "/v1/models/{model}:asyncBatchEmbedContent", "model": "path"},
    {"operation": "models", "method": "GET", "path": "/v1beta/models"},
    {"operation": "models", "method": "GET", "path": "/v1/models", "header": "x-goog-api-key"},
    {"operation": "model", "method": "GET", "path": "/v1beta/models/{model}", "model": "path"},
    {"operation": "model", "method": "GET", "path": "/v1/models/{model}", "model": "path",
      "header": "x-goog-api-key"},
    {"operation": "videos", "method": "GET", "path": "/v1beta/models/{model}/operations/{id}",
      "model": "path"},
    {"operation": "caches", "method": "POST", "path": "/v1beta/cachedContents"},
    {"operation": "caches", "method": "GET", "path": "/v1beta/cachedContents"},
    {"operation": "caches", "method": "GET", "path": "/v1beta/cachedContents/{id}"},
    {"operation": "caches", "method": "PATCH", "path": "/v1beta/cachedContents/{id}"},
    {"operation": "caches", "method": "DELETE", "path": "/v1beta/cachedContents/{id}"},
    {"operation": "files", "method": "POST", "path": "/upload/v1beta/files"},
    {"operation": "files", "method": "POST", "path": "/v1beta/files"},
    {"operation": "files", "method": "GET", "path": "/v1beta/files"},
    {"operation": "files", "method": "GET", "path": "/v1beta/files/{id}"},
    {"operation": "files", "method": "DELETE", "path": "/v1beta/files/{id}"},
    {"operation": "files", "method": "GET", "path": "/v1beta/files/{id}:download"},
    {"operation": "batches", "method": "GET", "path": "/v1beta/batches"},
    {"operation": "batches", "method": "GET", "path": "/v1beta/batches/{id}"},
    {"operation": "batches", "method": "DELETE", "path": "/v1beta/batches/{id}"},
    {"operation": "batches", "method": "POST", "path": "/v1beta/batches/{id}:cancel"}
  ]
})json";

}  // namespace abv::gemini
