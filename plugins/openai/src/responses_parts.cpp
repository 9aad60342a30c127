#include <string>
#include <string_view>
#include <utility>

#include "media.hpp"
#include "responses_input.hpp"
#include "responses_trace.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Part;
using chat::PartKind;

// A field that must be there.
chat::Json need_string(const json::Value& value, const Place& place) {
  if (!value.is_string()) refuse(place, "a string", value);
  return value.raw();
}

Part read_text(const json::Value& value, const Place& place) {
  Part part;
  part.text = need_string(value["text"], Place(place, "text"));
  // Clients send back empty lists as they got them.
  const bool has_notes = value["annotations"].size() > 0;
  const bool has_logprobs = value["logprobs"].size() > 0;
  keep_rest(
      value,
      {"type", "text", has_notes ? "text" : "annotations", has_logprobs ? "text" : "logprobs"},
      kResponsesDialect, "", part.extras);
  return part;
}

Part read_refusal(const json::Value& value, const Place& place) {
  Part part;
  part.kind = PartKind::kRefusal;
  part.text = need_string(value["refusal"], Place(place, "refusal"));
  keep_rest(value, {"type", "refusal"}, kResponsesDialect, "", part.extras);
  return part;
}

Part read_image(chat::Request& request, const json::Value& value, const Place& place) {
  Part part;
  part.kind = PartKind::kImage;
  part.detail = read_word(value["detail"], Place(place, "detail"));
  part.file_id = read_word(value["file_id"], Place(place, "file_id"));
  const Place at_url(place, "image_url");
  const auto url = read_string(value["image_url"], at_url);
  if (const auto data = split_data_url(inside_quotes(url))) {
    part.media_type = data->media_type;
    part.data = quoted(request, data->base64);
  } else {
    part.url = url;
  }
  if (url.empty() && part.file_id.empty()) refuse(at_url, "a string", value["image_url"]);
  keep_rest(value, {"type", "detail", "file_id", "image_url"}, kResponsesDialect, "", part.extras);
  return part;
}

// The API takes base64 with and without a data URL's head.
Part read_file(chat::Request& request, const json::Value& value, const Place& place) {
  Part part;
  part.kind = PartKind::kFile;
  part.name = read_word(value["filename"], Place(place, "filename"));
  part.file_id = read_word(value["file_id"], Place(place, "file_id"));
  part.url = read_string(value["file_url"], Place(place, "file_url"));
  const auto content = read_string(value["file_data"], Place(place, "file_data"));
  if (const auto data = split_data_url(inside_quotes(content))) {
    part.media_type = data->media_type;
    part.data = quoted(request, data->base64);
  } else {
    part.data = content;
    if (!content.empty() && part.name.ends_with(".pdf")) part.media_type = "application/pdf";
  }
  keep_rest(value, {"type", "filename", "file_id", "file_url", "file_data"}, kResponsesDialect, "",
            part.extras);
  return part;
}

Part read_audio(const json::Value& value, const Place& place) {
  Part part;
  part.kind = PartKind::kAudio;
  const auto audio = value["input_audio"];
  const Place inner(place, "input_audio");
  if (!audio.is_object()) refuse(inner, "an object", audio);
  part.data = need_string(audio["data"], Place(inner, "data"));
  const auto format = read_word(audio["format"], Place(inner, "format"));
  if (!format.empty()) part.media_type = "audio/" + format;
  keep_rest(value, {"type", "input_audio"}, kResponsesDialect, "", part.extras);
  return part;
}

Part read_part(chat::Request& request, const json::Value& value, const Place& place) {
  if (!value.is_object()) refuse(place, "an object", value);
  const auto type = read_word(value["type"], Place(place, "type"));
  Part part;
  if (type == "input_text" || type == "output_text" || type == "text") {
    part = read_text(value, place);
  } else if (type == "refusal") {
    part = read_refusal(value, place);
  } else if (type == "input_image") {
    part = read_image(request, value, place);
  } else if (type == "input_file") {
    part = read_file(request, value, place);
  } else if (type == "input_audio") {
    part = read_audio(value, place);
  } else {
    part.kind = PartKind::kOpaque;
    part.dialect = kResponsesDialect;
    part.raw = value.raw();
    return part;
  }
  // The mark itself stays among the extras, because its lifetimes are this API's own.
  const auto mark = value["prompt_cache_breakpoint"];
  if (mark.is_object()) part.cache = mark["ttl"].is_string() ? R"({"ttl":"1h"})" : "{}";
  return part;
}

}  // namespace

void read_response_content(chat::Request& request, const json::Value& content, const Place& place,
                           std::vector<Part>& parts) {
  if (content.is_string()) {
    Part part;
    part.text = content.raw();
    parts.push_back(std::move(part));
    return;
  }
  if (!content.is_array()) refuse(place, "a string or an array", content);
  parts.reserve(parts.size() + content.size());
  std::size_t index = 0;
  for (const auto& item : content.items())
    parts.push_back(read_part(request, item, Place(place, index++)));
}

}  // namespace abv::openai
