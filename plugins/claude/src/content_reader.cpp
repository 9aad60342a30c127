#include "content_reader.hpp"

#include "abv/sdk/signature.hpp"
#include "words.hpp"

namespace abv::claude {

namespace {

using chat::Part;
using chat::PartKind;

Part opaque(const json::Value& block) {
  Part part;
  part.kind = PartKind::kOpaque;
  part.dialect = kDialect;
  part.raw = block.raw();
  return part;
}

// The fields that every block may have and those that no block type knows.
void read_rest(std::string_view key, const json::Value& value, Part& part) {
  if (key == "type") return;
  if (key == "cache_control" && read_cache(value, part.cache)) return;
  keep_extra(part.extras, key, value);
}

Part read_text(const json::Value& block, const Where& where) {
  Part part;
  for (const auto& [key, value] : block.members()) {
    if (key == "text") {
      expect_string(value, {where, "text"});
      part.text = value.raw();
    } else if (key != "citations" || value.size() > 0) {
      read_rest(key, value, part);
    }
  }
  if (part.text.empty()) refuse({where, "text"}, "a string", {});
  return part;
}

Part read_thinking(const json::Value& block, const Where& where) {
  Part part;
  part.kind = PartKind::kReasoning;
  std::string scratch;
  for (const auto& [key, value] : block.members()) {
    if (key == "thinking") {
      expect_string(value, {where, "thinking"});
      part.text = value.raw();
    } else if (key == "signature" || key == "data") {
      if (is_given(value)) expect_string(value, {where, key});
      auto proof = sdk::unwrap_signature(value.text(scratch), kFamily, key == "data");
      // An empty one of another family still tells whose unsigned thinking this is.
      if (proof.value.empty() && proof.family == kFamily) continue;
      part.origin = std::move(proof.family);
      part.origin_model = std::move(proof.model);
      (proof.is_redacted ? part.redacted : part.signature) = std::move(proof.value);
    } else {
      read_rest(key, value, part);
    }
  }
  return part;
}

// True when the part says the same as `source`, which is a document's or an image's.
bool read_source(const json::Value& source, const Where& where, Part& part) {
  expect_object(source, where);
  std::string scratch;
  const auto type = source["type"].text(scratch);
  if (type == "base64") {
    expect_string(source["media_type"], {where, "media_type"});
    expect_string(source["data"], {where, "data"});
    part.media_type = source["media_type"].as_string();
    part.data = source["data"].raw();
    return source.size() == 3;
  }
  if (type == "url") {
    expect_string(source["url"], {where, "url"});
    part.url = source["url"].raw();
    return source.size() == 2;
  }
  if (type == "file") {
    expect_string(source["file_id"], {where, "file_id"});
    part.file_id = source["file_id"].as_string();
    return source.size() == 2;
  }
  if (type == "text") {
    expect_string(source["data"], {where, "data"});
    part.media_type = source["media_type"].as_string("text/plain");
    part.text = source["data"].raw();
    return source.size() == 3;
  }
  if (type == "content" && source["content"].is_string()) {
    part.media_type = "text/plain";
    part.text = source["content"].raw();
    keep_extra(part.extras, kSourceType, source["type"]);
    return source.size() == 2;
  }
  return false;
}

Part read_media(PartKind kind, const json::Value& block, const Where& where) {
  Part part;
  part.kind = kind;
  if (!read_source(block["source"], {where, "source"}, part)) return opaque(block);
  // A document's URL is a PDF's; that of an image may be any kind of image.
  if (kind == PartKind::kFile && !part.url.empty()) part.media_type = "application/pdf";
  for (const auto& [key, value] : block.members()) {
    if (key == "source") continue;
    if (key == "title" && value.is_string() && kind == PartKind::kFile) {
      part.name = value.as_string();
    } else {
      read_rest(key, value, part);
    }
  }
  return part;
}

bool is_direct(const json::Value& caller) {
  std::string scratch;
  return caller.size() == 1 && caller["type"].text(scratch) == "direct";
}

Part read_tool_use(const json::Value& block, const Where& where) {
  Part part;
  part.kind = PartKind::kToolCall;
  expect_string(block["id"], {where, "id"});
  expect_string(block["name"], {where, "name"});
  part.arguments = "{}";
  for (const auto& [key, value] : block.members()) {
    if (key == "id") {
      part.id = value.as_string();
    } else if (key == "name") {
      part.name = value.as_string();
    } else if (key == "input") {
      expect_object(value, {where, "input"});
      part.arguments = value.raw();
    } else if (key != "caller" || !is_direct(value)) {  // direct is the default
      read_rest(key, value, part);
    }
  }
  return part;
}

Part read_tool_result(const json::Value& block, const Where& where) {
  Part part;
  part.kind = PartKind::kToolResult;
  expect_string(block["tool_use_id"], {where, "tool_use_id"});
  for (const auto& [key, value] : block.members()) {
    if (key == "tool_use_id") {
      part.id = value.as_string();
    } else if (key == "content") {
      if (is_given(value)) read_content(value, {where, "content"}, part.content);
    } else if (key == "is_error") {
      if (is_given(value)) expect_bool(value, {where, "is_error"});
      part.is_error = value.as_bool();
    } else {
      read_rest(key, value, part);
    }
  }
  return part;
}

}  // namespace

void keep_extra(chat::Extras& extras, std::string_view key, const json::Value& value) {
  if (!is_given(value)) return;
  extras.push_back({std::string(kDialect), std::string(key), value.raw()});
}

bool read_cache(const json::Value& control, chat::Json& cache) {
  std::string scratch;
  if (!control.is_object() || control["type"].text(scratch) != "ephemeral") return false;
  const auto ttl = control["ttl"];
  const bool has_ttl = is_given(ttl);
  if (control.size() > (ttl.exists() ? 2U : 1U)) return false;
  const auto word = ttl.text(scratch);
  if (has_ttl && word != "5m" && word != "1h") return false;
  cache = !has_ttl ? "{}" : word == "1h" ? R"({"ttl":"1h"})" : R"({"ttl":"5m"})";
  return true;
}

Part read_block(const json::Value& block, const Where& where) {
  expect_object(block, where);
  std::string scratch;
  const auto type = block["type"].text(scratch);
  if (type == "text") return read_text(block, where);
  if (type == "thinking" || type == "redacted_thinking") return read_thinking(block, where);
  if (type == "image") return read_media(PartKind::kImage, block, where);
  if (type == "document") return read_media(PartKind::kFile, block, where);
  if (type == "tool_use") return read_tool_use(block, where);
  if (type == "tool_result") return read_tool_result(block, where);
  return opaque(block);
}

void read_content(const json::Value& content, const Where& where, std::vector<Part>& parts) {
  if (content.is_string()) {
    if (content.raw() == "\"\"") return;
    Part part;
    part.text = content.raw();
    parts.push_back(std::move(part));
    return;
  }
  if (!content.is_array()) refuse(where, "a string or an array", content);
  parts.reserve(content.size());
  std::size_t index = 0;
  for (const auto& block : content.items())
    parts.push_back(read_block(block, {where, index++}));
}

}  // namespace abv::claude
