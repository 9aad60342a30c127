#include "part_writer.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "names.hpp"
#include "part_reader.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;
using chat::Part;
using chat::PartKind;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kMediaTypes = {{
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".heic", "image/heic"},
    {".heif", "image/heif"},
    {".pdf", "application/pdf"},
    {".txt", "text/plain"},
    {".md", "text/markdown"},
    {".csv", "text/csv"},
    {".html", "text/html"},
    {".mp3", "audio/mp3"},
    {".wav", "audio/wav"},
    {".mp4", "video/mp4"},
    {".webm", "video/webm"},
    {".mov", "video/quicktime"},
}};

std::string_view type_of_name(std::string_view name) {
  name = name.substr(0, name.find_first_of("?#"));
  for (const auto& [end, type] : kMediaTypes) {
    if (name.ends_with(end)) return type;
  }
  return {};
}

// Sources that the API has always read.
bool is_readable(std::string_view uri) {
  return uri.starts_with("gs://") || uri.starts_with("files/") ||
         uri.starts_with("https://www.youtube.com/") || uri.starts_with("https://youtu.be/") ||
         uri.starts_with("https://generativelanguage.googleapis.com/");
}

bool is_text_by_another_name(std::string_view media_type) {
  constexpr std::string_view kTexts[] = {"application/json", "application/xml", "application/yaml",
                                         "application/javascript"};
  return std::find(std::begin(kTexts), std::end(kTexts), media_type) != std::end(kTexts);
}

bool is_text(const Part& part) {
  return part.kind == PartKind::kText || part.kind == PartKind::kRefusal;
}

// Something that a part of the API's has no word for.
bool has_notes(const Part& part) {
  const bool has_detail = !part.detail.empty() && part.detail != "auto";
  return !part.extras.empty() || !part.cache.empty() || !part.citations.empty() || has_detail;
}

}  // namespace

void PartWriter::set_place(std::size_t message, std::size_t part) {
  message_ = message;
  part_ = part;
}

std::string PartWriter::place() const {
  return "/messages/" + std::to_string(message_) + "/parts/" + std::to_string(part_);
}

void PartWriter::begin() {
  out_.begin_object();
  begin_ = out_.view().size() - 1;
}

Span PartWriter::end() {
  out_.end_object();
  return {begin_, out_.view().size()};
}

std::string_view PartWriter::own_signature(const Part& part) {
  if (part.signature.empty() || part.origin != "gemini") return {};
  if (!model_.is_foreign_to(part.origin_model)) return part.signature;
  losses_.dropped(place() + "/signature", "it is of another generation of models");
  return {};
}

Span PartWriter::write(const Part& part) {
  switch (part.kind) {
    case PartKind::kReasoning:
      return write_reasoning(part);
    case PartKind::kImage:
    case PartKind::kAudio:
    case PartKind::kFile:
      return write_media(part, place());
    case PartKind::kOpaque:
      return write_opaque(part);
    default:
      break;
  }
  report(part);
  if (part.kind == PartKind::kRefusal) {
    losses_.approximated(place(), "a refusal became text");
  }
  const auto signature = own_signature(part);
  if (chat::is_blank(part.text) && signature.empty()) return {};
  begin();
  out_.key("text").raw(part.text.empty() ? "\"\"" : part.text);
  put_signature(signature);
  put_extras(part.extras, {});
  return end();
}

Span PartWriter::write_reasoning(const Part& part) {
  report(part);
  const auto signature = own_signature(part);
  const bool is_own = part.origin == "gemini" && (!signature.empty() || part.signature.empty());
  if (!is_own) {
    losses_.dropped(place(), part.origin.empty() ? "reasoning without a signature"
                                                 : "reasoning of another model");
    return {};
  }
  const bool is_blank = chat::is_blank(part.text);
  if (is_blank && signature.empty()) return {};
  begin();
  out_.key("text").raw(is_blank ? "\"\"" : part.text);
  if (!is_blank) out_.member("thought", true);
  put_signature(signature);
  put_extras(part.extras, {});
  return end();
}

Span PartWriter::write_opaque(const Part& part) {
  if (part.dialect != kDialect) {
    losses_.dropped(place(), "only " + part.dialect + " knows it");
    return {};
  }
  out_.raw(part.raw);
  return {out_.view().size() - part.raw.size(), out_.view().size()};
}

Span PartWriter::write_media(const Part& part, const std::string& where) {
  report(part, where);
  if (!part.text.empty()) {
    if (!part.name.empty()) losses_.dropped(where + "/name", "text has no name");
    begin();
    out_.key("text").raw(part.text);
    return end();
  }
  if (!can_put_media(part, where)) return {};
  begin();
  put_media(part, where);
  put_signature(own_signature(part));
  put_extras(part.extras, {});
  return end();
}

// Reports what the upstream cannot reach.
bool PartWriter::can_put_media(const Part& part, const std::string& where) {
  const bool is_told = !part.file_id.empty() ? is_readable(part.file_id) : !part.url.empty();
  if (!part.data.empty() || is_told) return true;
  losses_.dropped(where, "it stands in the file store of another service");
  return false;
}

// Puts inlineData or fileData.
void PartWriter::put_media(const Part& part, const std::string& where) {
  const std::string uri = part.file_id.empty() ? chat::plain(part.url) : part.file_id;
  const bool is_inline = !part.data.empty();
  const bool is_from_gemini = part.dialect == kDialect;  // the client asks Gemini to fetch it
  if (!is_inline && !is_readable(uri) && !is_from_gemini) {
    losses_.approximated(where + "/url", "not every model fetches public URLs");
  }
  const char* const member = is_inline ? "inlineData" : "fileData";
  out_.key(member).begin_object().member("mimeType", media_type(part, where));
  if (is_inline) {
    out_.key("data").raw(part.data);
  } else {
    out_.member("fileUri", uri);
  }
  if (!part.name.empty() && part.dialect == kDialect) {
    out_.member("displayName", part.name);
  } else if (!part.name.empty()) {
    losses_.dropped(where + "/name", "the upstream takes no names of files");
  }
  put_extras(part.extras, member);
  out_.end_object();
}

std::string PartWriter::media_type(const Part& part, const std::string& where) {
  if (is_text_by_another_name(part.media_type)) {
    losses_.approximated(where + "/media_type", "the upstream reads it as text/plain only");
    return "text/plain";
  }
  if (!part.media_type.empty()) return part.media_type;
  const std::string uri = part.file_id.empty() ? chat::plain(part.url) : part.file_id;
  auto type = type_of_name(part.name.empty() ? uri : part.name);
  if (type.empty()) type = type_of_name(uri);
  if (type.empty() && uri.find("youtu") != std::string::npos) type = "video/mp4";
  if (!type.empty()) return std::string(type);
  losses_.defaulted(where + "/media_type", "the upstream wants one");
  if (part.kind == PartKind::kAudio) return "audio/wav";
  return part.kind == PartKind::kImage ? "image/jpeg" : "application/pdf";
}

Span PartWriter::write_call(const Part& part, std::string_view signature, bool is_first) {
  report(part);
  const bool is_object = !part.arguments.empty() && part.arguments.front() == '{';
  begin();
  out_.key("functionCall").begin_object();
  if (!is_made_id(part.id)) out_.member("id", part.id);
  out_.member("name", part.name).key("args");
  if (is_object || part.arguments.empty()) {
    out_.raw(is_object ? part.arguments : "{}");
  } else {
    losses_.approximated(place() + "/arguments", "free text became the member \"input\"");
    out_.begin_object().key("input").raw(part.arguments).end_object();
  }
  put_extras(part.extras, "functionCall");
  out_.end_object();
  // Models of 3.x refuse the first call of a turn without a signature.
  const bool needs_one = signature.empty() && is_first && !model_.is_before_3();
  put_signature(needs_one ? kNoSignature : signature);
  put_extras(part.extras, {});
  return end();
}

// The texts of a result as one JSON string; `storage` keeps it where there are several.
chat::Json PartWriter::joined_text(const Part& result, std::string& storage) {
  chat::Json only;
  for (const Part& inner : result.content) {
    const bool is_told = is_text(inner) || inner.kind == PartKind::kFile;
    if (!is_told || inner.text.size() < 2) continue;
    if (only.size() <= 2) {  // none so far, or an empty one
      only = inner.text;
      continue;
    }
    if (storage.empty()) storage = only.substr(0, only.size() - 1);
    storage.append("\\n").append(inner.text.substr(1, inner.text.size() - 2));
  }
  if (storage.empty()) return only.empty() ? "\"\"" : only;
  return storage.append("\"");
}

void PartWriter::put_response(const Part& part, std::string_view name) {
  std::string storage;
  const auto text = joined_text(part, storage);
  const auto raw = part.dialect == kDialect ? chat::plain(part.raw) : std::string();
  out_.key("response");
  if (part.dialect == kDialect && part.raw == "{}") {
    const auto object = chat::plain(text);
    json::Document document;
    if (text == "\"\"" || (document.parse(object) && document.root().is_object())) {
      out_.raw(object.empty() ? "{}" : object);
      return;
    }
  }
  out_.begin_object();
  if (raw == "name,content") out_.member("name", name);
  if (raw == "name,content") {
    out_.key("content");
  } else {
    out_.key(!raw.empty() ? std::string_view(raw) : part.is_error ? "error" : "result");
  }
  out_.raw(text).end_object();
}

// Since 3.x, media stand in the response; before, beside it.
Span PartWriter::write_result(const Part& part, std::string_view name, std::vector<Span>& media) {
  report(part);
  std::vector<std::size_t> inside;
  for (std::size_t i = 0; i < part.content.size(); ++i) {
    const Part& inner = part.content[i];
    const auto where = [&] { return place() + "/content/" + std::to_string(i); };
    const bool is_own = inner.kind == PartKind::kOpaque && inner.dialect == kDialect;
    const bool is_media = !is_text(inner) && inner.kind != PartKind::kOpaque && inner.text.empty();
    if (inner.kind == PartKind::kOpaque && !is_own) {
      losses_.dropped(where(), "only " + inner.dialect + " knows it");
    } else if (is_media && !model_.is_3_or_later()) {
      losses_.approximated(where(), "it stands beside the result");
      if (const Span span = write_media(inner, where()); !span.is_empty()) media.push_back(span);
    } else if (!is_own && has_notes(inner)) {
      report(inner, where());
    }
    const bool is_inside = is_media && model_.is_3_or_later() && can_put_media(inner, where());
    if (is_inside || is_own) inside.push_back(i);
  }
  begin();
  out_.key("functionResponse").begin_object();
  if (!is_made_id(part.id)) out_.member("id", part.id);
  out_.member("name", name);
  put_response(part, name);
  if (!inside.empty()) put_inside(part, inside);
  put_extras(part.extras, "functionResponse");
  out_.end_object();
  put_extras(part.extras, {});
  return end();
}

void PartWriter::put_inside(const Part& result, const std::vector<std::size_t>& places) {
  out_.key("parts").begin_array();
  for (const std::size_t i : places) {
    const Part& inner = result.content[i];
    if (inner.kind == PartKind::kOpaque) {
      out_.raw(inner.raw);
      continue;
    }
    out_.begin_object();
    put_media(inner, place() + "/content/" + std::to_string(i));
    put_extras(inner.extras, {});
    out_.end_object();
  }
  out_.end_array();
}

Span PartWriter::write_stray_result(const Part& part) {
  losses_.approximated(place(), "a result without its call became text");
  std::string storage;
  const auto text = joined_text(part, storage);
  if (text == "\"\"") return {};
  begin();
  out_.key("text").raw(text);
  return end();
}

Span PartWriter::write_unanswered(std::string_view id, std::string_view name) {
  begin();
  out_.key("functionResponse").begin_object();
  if (!is_made_id(id)) out_.member("id", id);
  out_.member("name", name).key("response").begin_object();
  out_.member("error", "the call was not answered").end_object().end_object();
  return end();
}

Span PartWriter::write_text(std::string_view text) {
  begin();
  out_.member("text", text);
  return end();
}

void PartWriter::put_signature(std::string_view signature) {
  if (!signature.empty()) out_.member("thoughtSignature", signature);
}

// Those of the part itself, or those that stood in its `member`.
void PartWriter::put_extras(const chat::Extras& extras, std::string_view member) {
  for (const chat::Extra& extra : extras) {
    if (extra.dialect != kDialect) continue;
    const auto cut = extra.key.find('/');
    const bool is_inner = cut != std::string::npos;
    if (is_inner != !member.empty()) continue;
    if (is_inner && extra.key.substr(0, cut) != member) continue;
    out_.key(is_inner ? extra.key.substr(cut + 1) : extra.key).raw(extra.value);
  }
}

// Most parts have nothing to tell of, so where they stand is spelled out only for those that do.
void PartWriter::report(const Part& part) {
  if (has_notes(part)) report(part, place());
}

void PartWriter::report(const Part& part, const std::string& where) {
  chat::report_foreign(part.extras, kDialect, where, losses_);
  if (!part.cache.empty()) losses_.dropped(where + "/cache", "the upstream caches by itself");
  if (!part.citations.empty()) losses_.dropped(where + "/citations", "a request has none");
  if (!part.detail.empty() && part.detail != "auto") {
    losses_.dropped(where + "/detail", "the upstream decides it");
  }
}

}  // namespace abv::gemini
