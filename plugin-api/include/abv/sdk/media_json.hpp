// The JSON forms of the canonical requests of media.hpp: write_… and read_… of each. What read_…
// throws and what its `document` is for, chat_json.hpp says of read_chat.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat_json.hpp"
#include "abv/sdk/media.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace media {
namespace detail {

using chat::detail::Fields;
using chat::detail::read_extras;
using chat::detail::read_words;
using chat::detail::take;

inline constexpr std::string_view kImageTasks[] = {"generate", "edit", "variation"};

inline std::size_t size_of(const File& file) {
  return 128 + file.data.size() + file.url.size();
}

inline void begin(json::Writer& out, std::string_view kind, const Request& request) {
  out.begin_object().member("abv", kind).member("model", request.model);
  out.member("stream", request.stream);
}

inline std::string end(json::Writer& out, const Request& request) {
  Fields fields(out);
  fields.text("user", request.user);
  fields.extras(request.extras);
  out.end_object();
  return out.take();
}

inline void write_file(json::Writer& out, const File& file) {
  out.begin_object();
  Fields fields(out);
  fields.text("media_type", file.media_type);
  fields.raw("data", file.data);
  fields.raw("url", file.url);
  fields.text("file_id", file.file_id);
  fields.text("name", file.name);
  out.end_object();
}

inline File read_file(const json::Value& value) {
  File file;
  file.media_type = value["media_type"].as_string();
  file.data = value["data"].raw();
  file.url = value["url"].raw();
  file.file_id = value["file_id"].as_string();
  file.name = value["name"].as_string();
  return file;
}

// The document's root, when it is the canonical request called `kind`; fills what all have.
inline json::Value open(std::string_view text, std::string_view kind, json::Document& document,
                        Request& request) {
  if (!document.parse(text)) {
    throw Failure{400, "invalid_request",
                  "canonical request: no JSON at byte " + std::to_string(document.stopped_at())};
  }
  json::Value root = document.root();
  if (root["abv"].as_string() != kind) {
    throw Failure{400, "invalid_request",
                  "canonical request: expected \"abv\": \"" + std::string(kind) + "\""};
  }
  request.model = root["model"].as_string();
  request.stream = root["stream"].as_bool();
  request.user = root["user"].as_string();
  read_extras(root["extras"], request.extras);
  return root;
}

inline void write_input(json::Writer& out, const EmbeddingInput& input) {
  out.begin_object();
  Fields fields(out);
  fields.raw("text", input.text);
  fields.raw("tokens", input.tokens);
  fields.text("dialect", input.dialect);
  fields.raw("raw", input.raw);
  fields.text("task", input.task);
  fields.raw("title", input.title);
  fields.extras(input.extras);
  out.end_object();
}

inline EmbeddingInput read_input(const json::Value& value) {
  EmbeddingInput input;
  input.text = value["text"].raw();
  input.tokens = value["tokens"].raw();
  input.dialect = value["dialect"].as_string();
  input.raw = value["raw"].raw();
  input.task = value["task"].as_string();
  input.title = value["title"].raw();
  read_extras(value["extras"], input.extras);
  return input;
}

inline void write_files(json::Writer& out, std::string_view key, const std::vector<File>& files) {
  if (files.empty()) return;
  out.key(key).begin_array();
  for (const File& file : files)
    write_file(out, file);
  out.end_array();
}

inline void write_speakers(json::Writer& out, const std::vector<Speaker>& speakers) {
  if (speakers.empty()) return;
  out.key("speakers").begin_array();
  for (const Speaker& speaker : speakers) {
    out.begin_object().key("name").raw(speaker.name);
    if (speaker.example.exists()) write_file(out.key("example"), speaker.example);
    out.end_object();
  }
  out.end_array();
}

inline void write_raws(json::Writer& out, std::string_view key, const std::vector<Json>& list) {
  if (list.empty()) return;
  out.key(key).begin_array();
  for (const Json item : list)
    out.raw(item);
  out.end_array();
}

}  // namespace detail

inline std::string write_embeddings(const EmbeddingsRequest& request) {
  json::Writer out;
  detail::begin(out, "embeddings/1", request);
  out.key("inputs").begin_array();
  for (const EmbeddingInput& input : request.inputs)
    detail::write_input(out, input);
  out.end_array();
  detail::Fields fields(out);
  fields.optional("dimensions", request.dimensions);
  fields.text("encoding", request.encoding);
  return detail::end(out, request);
}

inline EmbeddingsRequest read_embeddings(std::string_view text, json::Document& document) {
  EmbeddingsRequest request;
  const json::Value root = detail::open(text, "embeddings/1", document, request);
  request.inputs.reserve(root["inputs"].size());
  for (const auto& input : root["inputs"].items())
    request.inputs.push_back(detail::read_input(input));
  detail::take(root["dimensions"], request.dimensions);
  request.encoding = root["encoding"].as_string();
  return request;
}

inline std::string write_image(const ImageRequest& request) {
  json::Writer out;
  std::size_t size = 1024 + request.prompt.size() + detail::size_of(request.mask);
  for (const File& image : request.images)
    size += detail::size_of(image);
  out.reserve(size);
  detail::begin(out, "image/1", request);
  out.member("task", chat::detail::word_of(request.task, detail::kImageTasks));
  detail::Fields fields(out);
  fields.raw("prompt", request.prompt);
  detail::write_files(out, "images", request.images);
  if (request.mask.exists()) detail::write_file(out.key("mask"), request.mask);
  fields.optional("n", request.n);
  fields.text("size", request.size);
  fields.text("aspect_ratio", request.aspect_ratio);
  fields.text("resolution", request.resolution);
  fields.text("quality", request.quality);
  fields.text("style", request.style);
  fields.text("background", request.background);
  fields.text("moderation", request.moderation);
  fields.text("output_format", request.output_format);
  fields.optional("output_compression", request.output_compression);
  fields.optional("partial_images", request.partial_images);
  fields.text("input_fidelity", request.input_fidelity);
  fields.text("response_format", request.response_format);
  return detail::end(out, request);
}

inline ImageRequest read_image(std::string_view text, json::Document& document) {
  ImageRequest request;
  const json::Value root = detail::open(text, "image/1", document, request);
  request.task = chat::detail::enum_of<ImageTask>(root["task"], detail::kImageTasks, "image task");
  request.prompt = root["prompt"].raw();
  for (const auto& image : root["images"].items())
    request.images.push_back(detail::read_file(image));
  request.mask = detail::read_file(root["mask"]);
  detail::take(root["n"], request.n);
  request.size = root["size"].as_string();
  request.aspect_ratio = root["aspect_ratio"].as_string();
  request.resolution = root["resolution"].as_string();
  request.quality = root["quality"].as_string();
  request.style = root["style"].as_string();
  request.background = root["background"].as_string();
  request.moderation = root["moderation"].as_string();
  request.output_format = root["output_format"].as_string();
  detail::take(root["output_compression"], request.output_compression);
  detail::take(root["partial_images"], request.partial_images);
  request.input_fidelity = root["input_fidelity"].as_string();
  request.response_format = root["response_format"].as_string();
  return request;
}

inline std::string write_transcription(const TranscriptionRequest& request) {
  json::Writer out;
  std::size_t size = 1024 + request.prompt.size() + detail::size_of(request.audio);
  for (const Speaker& speaker : request.speakers)
    size += detail::size_of(speaker.example);
  out.reserve(size);
  detail::begin(out, "transcription/1", request);
  detail::Fields fields(out);
  fields.flag("translate", request.is_translation);
  detail::write_file(out.key("audio"), request.audio);
  fields.words("languages", request.languages);
  fields.raw("prompt", request.prompt);
  detail::write_raws(out, "keywords", request.keywords);
  fields.optional("temperature", request.temperature);
  fields.text("response_format", request.response_format);
  fields.flag("segments", request.wants_segments);
  fields.flag("words", request.wants_words);
  fields.flag("diarize", request.wants_speakers);
  detail::write_speakers(out, request.speakers);
  fields.optional("logprobs", request.logprobs);
  fields.raw("chunking", request.chunking);
  return detail::end(out, request);
}

inline TranscriptionRequest read_transcription(std::string_view text, json::Document& document) {
  TranscriptionRequest request;
  const json::Value root = detail::open(text, "transcription/1", document, request);
  request.is_translation = root["translate"].as_bool();
  request.audio = detail::read_file(root["audio"]);
  request.languages = detail::read_words(root["languages"]);
  request.prompt = root["prompt"].raw();
  for (const auto& keyword : root["keywords"].items())
    request.keywords.push_back(keyword.raw());
  detail::take(root["temperature"], request.temperature);
  request.response_format = root["response_format"].as_string();
  request.wants_segments = root["segments"].as_bool();
  request.wants_words = root["words"].as_bool();
  request.wants_speakers = root["diarize"].as_bool();
  for (const auto& speaker : root["speakers"].items())
    request.speakers.push_back({speaker["name"].raw(), detail::read_file(speaker["example"])});
  detail::take(root["logprobs"], request.logprobs);
  request.chunking = root["chunking"].raw();
  return request;
}

}  // namespace media
}  // namespace v1
}  // namespace abv::sdk
