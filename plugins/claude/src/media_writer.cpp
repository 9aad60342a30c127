#include "media_writer.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "abv/sdk/signature.hpp"
#include "words.hpp"

namespace abv::claude {

namespace {

using chat::Json;
using chat::Part;
using chat::PartKind;

enum class Form : std::uint8_t { kNone, kImage, kPdf, kText };

// How base64 data of a kind begins, for parts that do not say what they are.
struct Beginning {
  std::string_view letters;
  std::string_view media_type;
};

constexpr std::array<Beginning, 5> kBeginnings = {{
    {"iVBORw0KGgo", "image/png"},
    {"/9j/", "image/jpeg"},
    {"R0lGOD", "image/gif"},
    {"UklGR", "image/webp"},
    {"JVBERi0", "application/pdf"},
}};

// What a part holds, once "data:" URLs are read and media types are known.
struct Content {
  std::string_view media_type;
  Json data;             // base64 without quotes
  std::string_view url;  // without quotes
};

std::string_view inner(Json text) {
  return text.size() < 2 ? std::string_view() : text.substr(1, text.size() - 2);
}

Content content_of(const Part& part) {
  Content content{part.media_type, inner(part.data), inner(part.url)};
  // "data:image/png;base64,…" needs no unescaping: base64 has no escapes but "\/".
  constexpr std::string_view kBase64 = ";base64,";
  const auto comma =
      content.url.starts_with("data:") ? content.url.find(kBase64) : std::string::npos;
  if (comma != std::string_view::npos) {
    content.media_type = content.url.substr(5, comma - 5);
    content.data = content.url.substr(comma + kBase64.size());
    content.url = {};
  }
  content.media_type = content.media_type.substr(0, content.media_type.find(';'));
  if (content.media_type == "image/jpg") content.media_type = "image/jpeg";
  const bool is_told = !content.media_type.empty() && content.media_type != "image/*" &&
                       content.media_type != "application/octet-stream";
  if (is_told || content.data.empty()) return content;
  for (const Beginning& beginning : kBeginnings) {
    if (content.data.starts_with(beginning.letters)) content.media_type = beginning.media_type;
  }
  return content;
}

bool is_plain_text(std::string_view media_type) {
  return media_type.starts_with("text/") || media_type == "application/json" ||
         media_type == "application/xml" || media_type == "application/yaml";
}

Form form_of(std::string_view media_type) {
  if (media_type == "application/pdf") return Form::kPdf;
  if (is_plain_text(media_type)) return Form::kText;
  for (const Beginning& beginning : kBeginnings) {
    if (beginning.media_type == media_type) return Form::kImage;
  }
  return Form::kNone;
}

bool is_web_url(std::string_view url) {
  return url.starts_with("http");
}

// The text in base64 data, when it is one.
std::optional<std::string> text_in(std::string_view data) {
  const bool is_escaped = data.find('\\') != std::string_view::npos;
  const std::string unescaped = is_escaped ? chat::plain("\"" + std::string(data) + "\"") : "";
  auto bytes = sdk::base64_decode(is_escaped ? unescaped : data);
  if (!bytes) return std::nullopt;
  for (std::size_t at = 0; at < bytes->size();) {
    const auto length = sdk::utf8_length(std::string_view(*bytes).substr(at, 4));
    if (length == 0) return std::nullopt;
    at += length;
  }
  return bytes;
}

void begin_source(bool is_image, json::Writer& out) {
  out.member("type", is_image ? "image" : "document").key("source").begin_object();
}

// A document of text is cited by its letters, one of content as a whole.
bool is_content(const Part& part) {
  for (const chat::Extra& extra : part.extras) {
    if (extra.dialect == kDialect && extra.key == kSourceType) return true;
  }
  return false;
}

void write_text_source(const Part& part, json::Writer& out) {
  if (is_content(part)) {
    out.member("type", "content").key("content").raw(part.text);
  } else {
    out.member("type", "text").member("media_type", "text/plain").key("data").raw(part.text);
  }
}

void write_data(const Content& content, json::Writer& out) {
  const Form form = form_of(content.media_type);
  begin_source(form == Form::kImage, out);
  if (form == Form::kText) {
    out.member("type", "text").member("media_type", "text/plain");
    out.member("data", text_in(content.data).value_or(""));
  } else {
    out.member("type", "base64").member("media_type", content.media_type);
    out.key("data").raw("\"" + std::string(content.data) + "\"");
  }
}

}  // namespace

std::string_view why_no_media(const Part& part) {
  if (part.kind == PartKind::kAudio) return "Anthropic's models do not hear";
  if (!part.text.empty()) return {};
  const Content content = content_of(part);
  if (!content.data.empty()) {
    const Form form = form_of(content.media_type);
    if (form == Form::kText) {
      return text_in(content.data) ? std::string_view() : "the text is not UTF-8";
    }
    return form == Form::kNone ? "Anthropic takes no files of this type" : std::string_view();
  }
  if (!content.url.empty()) {
    if (!is_web_url(content.url)) return "Anthropic cannot read this URL";
    const bool fits = part.kind == PartKind::kImage || content.media_type.empty() ||
                      form_of(content.media_type) == Form::kPdf ||
                      form_of(content.media_type) == Form::kImage;
    return fits ? std::string_view() : "Anthropic takes URLs of images and PDF documents alone";
  }
  if (part.file_id.starts_with("file_")) return {};
  return part.file_id.empty() ? "it is empty" : "the file is not in Anthropic's file store";
}

void write_media(const Part& part, json::Writer& out) {
  const Content content = content_of(part);
  const bool is_image =
      part.kind == PartKind::kImage || form_of(content.media_type) == Form::kImage;
  if (!part.text.empty()) {
    begin_source(false, out);
    write_text_source(part, out);
  } else if (!content.data.empty()) {
    write_data(content, out);
  } else {
    begin_source(is_image, out);
    if (content.url.empty()) {
      out.member("type", "file").member("file_id", part.file_id);
    } else {
      out.member("type", "url").key("url").raw(part.url);
    }
  }
  out.end_object();
  if (!is_image && !part.name.empty()) out.member("title", part.name);
}

}  // namespace abv::claude
