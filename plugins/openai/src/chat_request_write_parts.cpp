#include <string>

#include "chat_request_parts.hpp"
#include "chat_request_writer.hpp"
#include "media.hpp"
#include "shared_fields.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

using chat::PartKind;

// Reports what is lost of it; false when that is all of it.
bool ChatRequestWriter::can_write(const Part& part, const Place& place) {
  switch (part.kind) {
    case PartKind::kText:
    case PartKind::kRefusal:
      return can_write_text(part, place);
    case PartKind::kImage:
    case PartKind::kAudio:
    case PartKind::kFile:
      return can_write_media(part, place);
    case PartKind::kOpaque:
      if (part.dialect == kChatDialect) return true;
      losses_.dropped(place.pointer(), "only " + part.dialect + " knows it");
      return false;
    default:
      losses_.dropped(place.pointer(), "it has no place in a message of this role");
      return false;
  }
}

bool ChatRequestWriter::can_write_text(const Part& part, const Place& place) {
  if (part.text.empty()) return false;
  if (!part.citations.empty()) drop(place, "citations", "chat has no citations in requests");
  if (!part.signature.empty()) drop(place, "signature", "chat has no place for it");
  check_marks(part, place);
  return true;
}

bool ChatRequestWriter::can_write_media(const Part& part, const Place& place) {
  const auto refuse_it = [&](std::string_view why) {
    losses_.dropped(place.pointer(), why);
    return false;
  };
  const bool has_data = !part.data.empty();
  if (part.kind != PartKind::kFile && !part.name.empty()) {
    drop(place, "name", "only files have names in chat");
  }
  if (part.kind == PartKind::kImage && !has_data && part.url.empty()) {
    return refuse_it("chat takes images as data or by URL");
  }
  if (part.kind == PartKind::kAudio && (!has_data || audio_format(part.media_type).empty())) {
    return refuse_it("chat takes audio as data, in wav or mp3");
  }
  if (part.kind == PartKind::kFile) {
    if (!has_data && is_foreign_file(part.file_id)) {
      return refuse_it("it stands in the file store of another service");
    }
    if (!has_data && part.file_id.empty() && part.text.empty()) {
      return refuse_it("chat takes files as data or by id");
    }
    if (has_data && part.name.empty()) {
      losses_.defaulted(Place(place, "name").pointer(), "chat demands a file name");
    }
    if (!has_data && part.file_id.empty()) {
      losses_.approximated(place.pointer(), "a document in plain text goes as text");
    }
  }
  check_marks(part, place);
  return true;
}

void ChatRequestWriter::check_marks(const Part& part, const Place& place) {
  const bool has_own_mark = has_extras(part.extras, "prompt_cache_breakpoint");
  if (!part.cache.empty() && !traits_.is_claude && !has_own_mark) {
    drop(place, "cache", "the upstream caches by itself");
  }
  report_extras(part.extras, place);
}

void ChatRequestWriter::write_content(const Parts& parts, chat::Json mark) {
  const auto is_bare = [&](const Part& part) {
    const bool is_marked = traits_.is_claude && !(part.cache.empty() && mark.empty());
    return part.kind == PartKind::kText && !is_marked && !has_extras(part.extras, "");
  };
  json_.key("content");
  if (parts.empty()) {
    json_.value("");
    return;
  }
  if (parts.size() == 1 && is_bare(*parts.front())) {
    json_.raw(parts.front()->text);
    return;
  }
  json_.begin_array();
  for (const Part* part : parts) {
    const bool is_last = part == parts.back();
    write_part(*part, is_last && !mark.empty() ? mark : part->cache);
  }
  json_.end_array();
}

void ChatRequestWriter::write_part(const Part& part, chat::Json mark) {
  if (part.kind == PartKind::kOpaque) {
    json_.raw(part.raw);
    return;
  }
  json_.begin_object();
  switch (part.kind) {
    case PartKind::kImage:
      write_image(part);
      break;
    case PartKind::kAudio:
      json_.member("type", "input_audio").key("input_audio").begin_object();
      json_.key("data").raw(part.data).member("format", audio_format(part.media_type));
      put_extras(part.extras, "input_audio.");
      json_.end_object();
      break;
    case PartKind::kFile:
      write_file(part);
      break;
    case PartKind::kRefusal:
      json_.member("type", "refusal").key("refusal").raw(part.text);
      break;
    default:
      json_.member("type", "text").key("text").raw(part.text);
      break;
  }
  write_cache(mark);
  put_extras(part.extras, "", {"image_url.", "input_audio.", "file."});
  json_.end_object();
}

void ChatRequestWriter::write_image(const Part& part) {
  json_.member("type", "image_url").key("image_url").begin_object().key("url");
  if (part.data.empty()) {
    json_.raw(part.url);
  } else {
    json_.raw(data_url(part.media_type.empty() ? "image/png" : part.media_type, part.data));
  }
  if (!part.detail.empty()) json_.member("detail", part.detail);
  put_extras(part.extras, "image_url.");
  json_.end_object();
}

void ChatRequestWriter::write_file(const Part& part) {
  if (part.data.empty() && part.file_id.empty()) {
    json_.member("type", "text").key("text").raw(part.text);
    return;
  }
  json_.member("type", "file").key("file").begin_object();
  if (!part.data.empty()) {
    const std::string type = part.media_type.empty() ? "application/pdf" : part.media_type;
    const bool is_pdf = type == "application/pdf";
    json_.member("filename", !part.name.empty() ? part.name : is_pdf ? "file.pdf" : "file");
    json_.key("file_data").raw(data_url(type, part.data));
  } else {
    if (!part.name.empty()) json_.member("filename", part.name);
    json_.member("file_id", part.file_id);
  }
  put_extras(part.extras, "file.");
  json_.end_object();
}

// Gateways pass the mark on to Claude; OpenAI's own API refuses the field.
void ChatRequestWriter::write_cache(chat::Json mark) {
  if (mark.empty() || !traits_.is_claude) return;
  json_.key("cache_control").begin_object().member("type", "ephemeral");
  json::Document told;
  if (told.parse(mark) && told.root()["ttl"].is_string()) json_.member("ttl", told.root()["ttl"]);
  json_.end_object();
}

}  // namespace abv::openai
