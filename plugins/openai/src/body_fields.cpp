#include "body_fields.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/signature.hpp"
#include "chat_request_fields.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// The fields of forms that JSON has as something else than a text.
constexpr std::array<std::string_view, 8> kNumbers = {
    "n",           "output_compression", "partial_images",    "frame_count",
    "temperature", "dimensions",         "frame_duration_ms", "stream"};
// Fields that hold a file, also when the client left its name out.
constexpr std::array<std::string_view, 4> kUploads = {"file", "image", "mask", "markup"};

template <std::size_t kCount>
bool contains(const std::array<std::string_view, kCount>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// All values of one name.
struct Field {
  std::vector<std::string_view> items;
  std::vector<std::pair<std::string, std::string_view>> members;  // of an object
  bool is_list = false;
};

// "a", "a[]" or "a[b]" in two.
struct Name {
  std::string base;
  std::optional<std::string> inner;  // between the brackets, where there are any
};

Name split(const std::string& name) {
  const auto open = name.find('[');
  if (open == std::string::npos || !name.ends_with(']')) return {name, std::nullopt};
  return {name.substr(0, open), name.substr(open + 1, name.size() - open - 2)};
}

// What stands for itself in JSON too: a number, true, false.
bool is_literal(std::string_view text) {
  json::Document document;
  return document.parse(text) && (document.root().is_number() || document.root().is_bool());
}

void write_value(std::string_view name, std::string_view text, json::Writer& out) {
  contains(kNumbers, name) && is_literal(text) ? out.raw(text) : out.value(text);
}

void write_field(const std::string& name, const Field& field, json::Writer& out) {
  out.key(name);
  if (!field.members.empty()) {
    out.begin_object();
    for (const auto& [key, text] : field.members)
      out.member(key, text);
    out.end_object();
  } else if (field.is_list || field.items.size() > 1) {
    out.begin_array();
    for (const auto text : field.items)
      write_value(name, text, out);
    out.end_array();
  } else {
    write_value(name, field.items.empty() ? std::string_view() : field.items.front(), out);
  }
}

struct Sign {
  std::size_t at;
  std::string_view bytes;
  std::string_view media_type;
};

// How files begin.
constexpr std::array<Sign, 16> kSigns = {{
    {0, "\x89PNG", "image/png"},
    {0, "\xFF\xD8\xFF", "image/jpeg"},
    {8, "WEBP", "image/webp"},
    {0, "GIF8", "image/gif"},
    {8, "WAVE", "audio/wav"},
    {0, "ID3", "audio/mpeg"},
    {0, "\xFF\xFB", "audio/mpeg"},
    {0, "\xFF\xF3", "audio/mpeg"},
    {0, "\xFF\xF2", "audio/mpeg"},
    {0, "OggS", "audio/ogg"},
    {0, "fLaC", "audio/flac"},
    {4, "ftyp", "audio/mp4"},
    {0, "\x1A\x45\xDF\xA3", "audio/webm"},
    {8, "AIFF", "audio/aiff"},
    {0, "\xFF\xF1", "audio/aac"},
    {0, "\xFF\xF9", "audio/aac"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kEndings = {{
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".wav", "audio/wav"},
    {".mp3", "audio/mpeg"},
    {".mpga", "audio/mpeg"},
    {".mpeg", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".flac", "audio/flac"},
    {".m4a", "audio/mp4"},
    {".mp4", "audio/mp4"},
    {".webm", "audio/webm"},
    {".aac", "audio/aac"},
}};

std::string media_type_of(const sdk::FormPart& part) {
  const std::string said(
      sdk::trim(std::string_view(part.content_type).substr(0, part.content_type.find(';'))));
  if (!said.empty() && said != "application/octet-stream" && said != "text/plain") return said;
  for (const Sign& sign : kSigns) {
    if (part.content.size() > sign.at && part.content.substr(sign.at).starts_with(sign.bytes)) {
      return std::string(sign.media_type);
    }
  }
  std::string name = part.file_name;
  std::transform(name.begin(), name.end(), name.begin(), sdk::ascii_lower);
  for (const auto& [ending, media_type] : kEndings) {
    if (name.ends_with(ending)) return std::string(media_type);
  }
  return said;
}

}  // namespace

BodyFields::BodyFields(std::string_view body, std::string_view content_type) {
  const auto type = sdk::trim(content_type.substr(0, content_type.find(';')));
  if (!sdk::iequals(type, "multipart/form-data")) {
    root_ = read_body(body, document_);
    return;
  }
  json_ = read_form(body, content_type);
  root_ = read_body(json_, document_);
}

std::string BodyFields::read_form(std::string_view body, std::string_view content_type) {
  std::map<std::string, Field> fields;
  const auto take = [&](sdk::FormPart part) {
    const Name name = split(part.name);
    if (part.is_file || contains(kUploads, name.base)) {
      part.name = name.base;
      files_.push_back(std::move(part));
      return;
    }
    Field& field = fields[name.base];
    if (name.inner && !name.inner->empty()) {
      field.members.emplace_back(*name.inner, part.content);
    } else {
      field.is_list |= name.inner.has_value();
      field.items.push_back(part.content);
    }
  };
  const std::string fault = sdk::read_form(body, content_type, take);
  if (!fault.empty()) {
    throw sdk::Failure{400, "invalid_request_error", "request body: " + fault};
  }
  json::Writer out;
  out.begin_object();
  for (const auto& [name, field] : fields)
    write_field(name, field, out);
  return out.end_object().take();
}

sdk::media::File read_upload(const sdk::FormPart& part, sdk::media::Request& request) {
  sdk::media::File file;
  file.media_type = media_type_of(part);
  file.name = part.file_name;
  file.data = request.keep("\"" + sdk::base64_encode(part.content) + "\"");
  return file;
}

}  // namespace abv::openai
