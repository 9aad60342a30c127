#include "chat_request_parts.hpp"

#include <array>
#include <string>
#include <utility>

#include "abv/sdk/signature.hpp"
#include "media.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Part;
using chat::PartKind;

Part opaque(const json::Value& value) {
  Part part;
  part.kind = PartKind::kOpaque;
  part.dialect = kChatDialect;
  part.raw = value.raw();
  return part;
}

Part text_part(chat::Json text) {
  Part part;
  part.text = text;
  return part;
}

// The file types that a name's end stands for; a file that comes as bare base64 has nothing else.
std::string media_type_of(std::string_view file_name) {
  struct Row {
    std::string_view end, media_type;
  };
  constexpr std::array<Row, 6> kRows{{{".pdf", "application/pdf"},
                                      {".txt", "text/plain"},
                                      {".md", "text/markdown"},
                                      {".csv", "text/csv"},
                                      {".html", "text/html"},
                                      {".json", "application/json"}}};
  for (const Row& row : kRows) {
    if (file_name.ends_with(row.end)) return std::string(row.media_type);
  }
  return {};
}

Part read_image(chat::Request& request, const json::Value& value, const Place& place) {
  const auto image = value["image_url"];
  const Place inner(place, "image_url");
  const Place at_url(inner, "url");
  // There are clients that leave the object out.
  if (!image.is_object() && !image.is_string()) refuse(inner, "an object", image);
  const auto url = image.is_string() ? image : image["url"];
  if (!url.is_string()) refuse(at_url, "a string", url);
  Part part;
  part.kind = PartKind::kImage;
  part.detail = read_word(image["detail"], Place(inner, "detail"));
  keep_rest(image, {"url", "detail"}, kChatDialect, "image_url.", part.extras);
  const auto data = split_data_url(inside_quotes(url.raw()));
  if (data) {
    part.media_type = data->media_type;
    part.data = quoted(request, data->base64);
  } else {
    part.url = url.raw();
  }
  return part;
}

Part read_audio(const json::Value& value, const Place& place) {
  const auto audio = value["input_audio"];
  const Place inner(place, "input_audio");
  if (!audio.is_object()) refuse(inner, "an object", audio);
  if (!audio["data"].is_string()) refuse(Place(inner, "data"), "a string", audio["data"]);
  Part part;
  part.kind = PartKind::kAudio;
  const auto format = read_word(audio["format"], Place(inner, "format"));
  if (!format.empty()) part.media_type = "audio/" + format;
  part.data = audio["data"].raw();
  keep_rest(audio, {"data", "format"}, kChatDialect, "input_audio.", part.extras);
  return part;
}

Part read_file(chat::Request& request, const json::Value& value, const Place& place) {
  const auto file = value["file"];
  const Place inner(place, "file");
  if (!file.is_object()) refuse(inner, "an object", file);
  Part part;
  part.kind = PartKind::kFile;
  part.name = read_word(file["filename"], Place(inner, "filename"));
  part.file_id = read_word(file["file_id"], Place(inner, "file_id"));
  const auto content = read_string(file["file_data"], Place(inner, "file_data"));
  if (const auto data = split_data_url(inside_quotes(content))) {
    part.media_type = data->media_type;
    part.data = quoted(request, data->base64);
  } else if (!content.empty()) {
    part.media_type = media_type_of(part.name);
    part.data = content;
  }
  keep_rest(file, {"filename", "file_id", "file_data"}, kChatDialect, "file.", part.extras);
  return part;
}

Part read_part(chat::Request& request, const json::Value& value, const Place& place) {
  if (value.is_string()) return text_part(value.raw());
  if (!value.is_object()) refuse(place, "an object", value);
  const auto type = read_word(value["type"], Place(place, "type"));
  Part part;
  std::string_view inner;
  if (type == "text") {
    if (!value["text"].is_string()) refuse(Place(place, "text"), "a string", value["text"]);
    part = text_part(value["text"].raw());
    inner = "text";
  } else if (type == "image_url") {
    part = read_image(request, value, place);
    inner = "image_url";
  } else if (type == "input_audio") {
    part = read_audio(value, place);
    inner = "input_audio";
  } else if (type == "file") {
    part = read_file(request, value, place);
    inner = "file";
  } else if (type == "refusal") {
    part.kind = PartKind::kRefusal;
    part.text = read_string(value["refusal"], Place(place, "refusal"));
    inner = "refusal";
  } else {
    return opaque(value);
  }
  part.cache = read_cache_mark(request, value["cache_control"]);
  keep_rest(value, {"type", inner, part.cache.empty() ? inner : "cache_control"}, kChatDialect, "",
            part.extras);
  return part;
}

// Google's own field. With anything else in it, it is kept whole as well, to go back as it came.
void read_signature(const json::Value& call, Part& part) {
  const auto google = call["extra_content"]["google"];
  const auto wire = google["thought_signature"].as_string();
  if (!wire.empty()) {
    auto signature = sdk::unwrap_signature(wire, "gemini");
    part.origin = std::move(signature.family);
    part.origin_model = std::move(signature.model);
    (signature.is_redacted ? part.redacted : part.signature) = std::move(signature.value);
  }
  const bool is_all = !wire.empty() && google.size() == 1 && call["extra_content"].size() == 1;
  if (is_all || !is_given(call["extra_content"])) return;
  part.extras.push_back({std::string(kChatDialect), "extra_content", call["extra_content"].raw()});
}

}  // namespace

void read_content(chat::Request& request, const json::Value& content, const Place& place,
                  std::vector<Part>& parts) {
  if (!is_given(content)) return;
  if (content.is_string()) {
    if (!chat::is_blank(content.raw())) parts.push_back(text_part(content.raw()));
    return;
  }
  if (!content.is_array()) refuse(place, "a string or an array", content);
  parts.reserve(parts.size() + content.size());
  std::size_t index = 0;
  for (const auto& item : content.items())
    parts.push_back(read_part(request, item, Place(place, index++)));
}

Part read_call(chat::Request& request, const json::Value& call, const Place& place,
               std::size_t position) {
  if (!call.is_object()) refuse(place, "an object", call);
  const bool is_custom = call["custom"].is_object();
  const auto* const inner = is_custom ? "custom" : "function";
  const auto* const input = is_custom ? "input" : "arguments";
  const auto body = call[inner];
  if (!body.is_object()) {
    Part whole = opaque(call);
    whole.name = kWholeCall;
    return whole;
  }
  const Place at_body(place, inner);
  Part part;
  part.kind = PartKind::kToolCall;
  part.is_custom = is_custom;
  part.id = read_word(call["id"], Place(place, "id"));
  part.name = read_word(body["name"], Place(at_body, "name"));
  if (is_custom) {
    part.arguments = read_string(body["input"], Place(at_body, "input"));
    if (part.arguments.empty()) part.arguments = "\"\"";
  } else {
    part.arguments = read_arguments(request, body["arguments"], Place(at_body, "arguments"));
  }
  part.cache = read_cache_mark(request, call["cache_control"]);
  read_signature(call, part);
  keep_rest(body, {"name", input}, kChatDialect, std::string(inner) + ".", part.extras);
  // Clients that put a streamed call together leave its number in it.
  const bool is_number = call["index"].as_int(-1) == static_cast<std::int64_t>(position);
  keep_rest(call,
            {"id", "type", inner, "extra_content", is_number ? "index" : "id",
             part.cache.empty() ? "id" : "cache_control"},
            kChatDialect, "", part.extras);
  return part;
}

chat::Json read_arguments(chat::Request& request, const json::Value& arguments,
                          const Place& place) {
  if (arguments.is_object()) return arguments.raw();
  const auto text = read_string(arguments, place);
  if (chat::is_blank(text)) return "{}";
  auto plain = chat::plain(text);
  json::Document document;
  const bool is_object = document.parse(plain) && document.root().is_object();
  return is_object ? request.keep(std::move(plain)) : text;
}

chat::Json read_cache_mark(chat::Request& request, const json::Value& mark) {
  if (mark["type"].as_string() != "ephemeral") return {};
  if (!mark["ttl"].is_string()) return "{}";
  return request.keep("{\"ttl\":" + std::string(mark["ttl"].raw()) + "}");
}

}  // namespace abv::openai
