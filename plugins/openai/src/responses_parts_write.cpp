#include <string>
#include <string_view>

#include "media.hpp"
#include "responses_items.hpp"
#include "responses_trace.hpp"
#include "shared_fields.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Part;
using chat::PartKind;

bool is_text_document(const Part& part) {
  return part.data.empty() && part.url.empty() && part.file_id.empty() && !part.text.empty();
}

void write_image(const Part& part, json::Writer& out) {
  out.member("type", "input_image");
  if (!part.data.empty()) {
    const std::string_view told = part.media_type;
    const std::string_view type = told.empty() ? "image/png" : told;
    out.key("image_url").raw(data_url(type, part.data));
  } else if (!part.url.empty()) {
    out.key("image_url").raw(part.url);
  } else {
    out.member("file_id", part.file_id);
  }
  if (!part.detail.empty()) out.member("detail", part.detail);
}

void write_file(const Part& part, json::Writer& out) {
  if (is_text_document(part)) {
    out.member("type", "input_text").key("text").raw(part.text);
    return;
  }
  out.member("type", "input_file");
  if (!part.name.empty()) out.member("filename", part.name);
  if (!part.file_id.empty()) {
    out.member("file_id", part.file_id);
  } else if (part.data.empty()) {
    out.key("file_url").raw(part.url);
  } else {
    if (part.name.empty()) {
      out.member("filename", part.media_type == "application/pdf" ? "file.pdf" : "file");
    }
    out.key("file_data");
    part.media_type.empty() ? out.raw(part.data) : out.raw(data_url(part.media_type, part.data));
  }
}

void report_marks(const Part& part, const std::string& path, sdk::LossSink& losses) {
  if (!part.cache.empty() && own_extra(part.extras, "prompt_cache_breakpoint").empty()) {
    losses.dropped(path + "/cache", "OpenAI caches by itself");
  }
  if (!part.signature.empty() || !part.redacted.empty()) {
    losses.dropped(path + "/signature", "OpenAI's models have no signatures outside of reasoning");
  }
  if (!part.citations.empty()) {
    losses.dropped(path + "/citations", "the API takes its own annotations only");
  }
  if ((part.kind == PartKind::kImage || part.kind == PartKind::kAudio) && !part.name.empty()) {
    losses.dropped(path + "/name", "only files have names");
  }
  report_others(part.extras, kResponsesDialect, path, losses, is_of_chat_and_responses);
}

}  // namespace

bool can_write_response_part(const Part& part, const std::string& path, sdk::LossSink& losses) {
  const auto drop = [&](std::string_view why) {
    losses.dropped(path, why);
    return false;
  };
  if (part.data.empty() && part.url.empty() && is_foreign_file(part.file_id)) {
    return drop("it stands in the file store of another service");
  }
  switch (part.kind) {
    case PartKind::kText:
    case PartKind::kRefusal:
      if (part.text.empty()) return false;
      break;
    case PartKind::kImage:
      if (part.data.empty() && part.url.empty() && part.file_id.empty()) {
        return drop("the API takes images as data, by URL or by id");
      }
      break;
    case PartKind::kAudio:
      if (part.data.empty() || audio_format(part.media_type).empty()) {
        return drop("the API takes audio as data, in wav or mp3");
      }
      break;
    case PartKind::kFile:
      if (is_text_document(part)) {
        losses.approximated(path, "a document in plain text goes as text");
      } else if (part.data.empty() && part.url.empty() && part.file_id.empty()) {
        return drop("the API takes files as data, by URL or by id");
      } else if (!part.data.empty() && part.name.empty()) {
        losses.defaulted(path + "/name", "the API demands a file name");
      }
      break;
    case PartKind::kOpaque:
      if (part.dialect != kResponsesDialect) return drop("only " + part.dialect + " knows it");
      return true;
    default:
      return drop("it has no place in a message of this role");
  }
  report_marks(part, path, losses);
  return true;
}

void write_response_part(const Part& part, bool is_said, json::Writer& out) {
  if (part.kind == PartKind::kOpaque) {
    out.raw(part.raw);
    return;
  }
  out.begin_object();
  switch (part.kind) {
    case PartKind::kImage:
      write_image(part, out);
      break;
    case PartKind::kAudio:
      out.member("type", "input_audio").key("input_audio").begin_object();
      out.key("data").raw(part.data).member("format", audio_format(part.media_type)).end_object();
      break;
    case PartKind::kFile:
      write_file(part, out);
      break;
    case PartKind::kRefusal:
      // Only the model refuses.
      out.member("type", is_said ? "refusal" : "input_text");
      out.key(is_said ? "refusal" : "text").raw(part.text);
      break;
    default:
      out.member("type", is_said ? "output_text" : "input_text").key("text").raw(part.text);
      break;
  }
  write_own_extras(out, part.extras, {"message"});
  for (const chat::Extra& extra : part.extras) {
    if (is_of_chat_and_responses(extra)) out.key(extra.key).raw(extra.value);
  }
  out.end_object();
}

}  // namespace abv::openai
