// The canonical requests of the operations that are no chat, as C++ types: embeddings, images,
// transcriptions. What chat.hpp says of views, extras and dialects holds here too; media_json.hpp
// reads and writes the JSON forms (schema/embeddings, image and transcription.schema.json).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/chat.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace media {

using chat::Extras;
using chat::Json;

// What all of them have. Move-only: views may point into it.
struct Request {
  Request() = default;
  Request(Request&&) = default;
  Request& operator=(Request&&) = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  std::string model;  // as the client asked for it
  bool stream = false;
  std::string user;  // the end user, by a name that says nothing of them
  Extras extras;

  // Keeps a text as long as the request.
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  // Makes a JSON string of plain text.
  Json quote(std::string_view text) {
    std::string json = "\"";
    json::append_escaped(json, text);
    json.push_back('"');
    return keep(std::move(json));
  }

 private:
  std::deque<std::string> kept_;  // a deque: its strings stay where they are
};

// A picture or a sound: one of data, url, file_id.
struct File {
  std::string media_type;  // "image/png"; may be empty
  Json data;               // base64, a JSON string
  Json url;                // a JSON string
  std::string file_id;     // of the upstream's file store
  std::string name;        // of the file

  bool exists() const { return !data.empty() || !url.empty() || !file_id.empty(); }
};

// One input: one of text, tokens, raw.
struct EmbeddingInput {
  Json text;            // a JSON string
  Json tokens;          // an array of numbers, of the model's own vocabulary
  std::string dialect;  // of `raw`: an input that no other dialect can express
  Json raw;
  std::string task;  // what the embedding is for, in Google's words: "RETRIEVAL_QUERY"
  Json title;        // of a document, a JSON string
  Extras extras;
};

struct EmbeddingsRequest : Request {
  std::vector<EmbeddingInput> inputs;
  std::optional<std::int64_t> dimensions;
  std::string encoding;  // "float", "base64", or empty: what the client gets, not the upstream
};

enum class ImageTask : std::uint8_t { kGenerate, kEdit, kVariation };

// Words and numbers are the client's; what they become is for the upstream's dialect to say.
struct ImageRequest : Request {
  ImageTask task = ImageTask::kGenerate;
  Json prompt;               // a JSON string; absent in a variation
  std::vector<File> images;  // to edit, to vary, or to go by
  File mask;                 // of the first image: what is transparent in it may change
  std::optional<std::int64_t> n;
  std::string size;          // "1536x1024", "auto"
  std::string aspect_ratio;  // "16:9"
  std::string resolution;    // "1K", "2K", "4K"
  std::string quality, style, background, moderation;
  std::string output_format;  // "png", "jpeg", "webp"
  std::optional<std::int64_t> output_compression, partial_images;
  std::string input_fidelity;
  std::string response_format;  // "b64_json", "url"
};

struct Speaker {
  Json name;     // a JSON string
  File example;  // of the voice; may be absent
};

struct TranscriptionRequest : Request {
  bool is_translation = false;  // into English
  File audio;
  std::vector<std::string> languages;  // spoken, as ISO 639-1: what the client knows of them
  Json prompt;                         // a hint at style and spelling, a JSON string
  std::vector<Json> keywords;          // JSON strings
  std::optional<double> temperature;
  std::string response_format;    // "json", "text", "srt", "vtt", "verbose_json", "diarized_json"
  bool wants_segments = false;    // with their times
  bool wants_words = false;       // with their times
  bool wants_speakers = false;    // told apart
  std::vector<Speaker> speakers;  // known ones
  std::optional<bool> logprobs;
  Json chunking;  // how the audio is to be cut; "auto" or an object
};

}  // namespace media
}  // namespace v1
}  // namespace abv::sdk
