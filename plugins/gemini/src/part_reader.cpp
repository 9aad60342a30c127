#include "part_reader.hpp"

#include <cstdint>
#include <utility>

#include "abv/sdk/signature.hpp"
#include "names.hpp"
#include "wire_error.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;
using chat::Part;
using chat::PartKind;

namespace {

PartKind kind_of_media(std::string_view media_type) {
  if (media_type.starts_with("image/")) return PartKind::kImage;
  return media_type.starts_with("audio/") ? PartKind::kAudio : PartKind::kFile;
}

// Only Google can read what stands in its own stores.
bool is_in_store(std::string_view uri) {
  return uri.starts_with("gs://") || uri.starts_with("files/") ||
         uri.starts_with("https://generativelanguage.googleapis.com/");
}

// Members of a part that say what it is, and that others can express.
bool is_content(std::string_view key) {
  return key == "text" || key == "inlineData" || key == "fileData" || key == "functionCall" ||
         key == "functionResponse";
}

// What an id that was made looks like.
constexpr std::string_view kMadeBegin = "call_";
constexpr std::size_t kMadeDigits = 12;
constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

bool is_made_id(std::string_view id) {
  return id.size() == kMadeBegin.size() + kMadeDigits && id.starts_with(kMadeBegin) &&
         id.find_first_not_of(kHex, kMadeBegin.size()) == std::string_view::npos;
}

std::string PartReader::made_id(std::string_view name, std::string_view content) {
  const auto hash = sdk::fnv1a(content, sdk::fnv1a("\n", sdk::fnv1a(name)));
  const auto order = made_[hash]++;
  const auto digits = sdk::hex(sdk::fnv1a("\n" + std::to_string(order), hash));
  return std::string(kMadeBegin).append(digits, 0, kMadeDigits);
}

void PartReader::read(const json::Value& value, const Where& where, std::vector<Part>& parts) {
  expect_object(value, where);
  Part& part = parts.emplace_back();
  std::string storage;
  bool has_content = false, is_thought = false, is_bare_signature = value.size() > 0;
  value.each_member([&](std::string_view key, const json::Value& member) {
    const auto name = camel(key, storage);
    has_content = has_content || (is_content(name) && !member.is_null());
    is_thought = is_thought || (name == "thought" && member.as_bool());
    is_bare_signature = is_bare_signature && (name == "thought" || name == "thoughtSignature");
  });
  if (!has_content && !is_bare_signature) {
    part.kind = PartKind::kOpaque;
    part.dialect = kDialect;
    part.raw = value.raw();
    return;
  }
  is_signed_ = false;
  value.each_member([&](std::string_view key, const json::Value& member) {
    if (!member.is_null()) read_member(key, member, where, part);
  });
  if (is_thought && part.kind == PartKind::kText) part.kind = PartKind::kReasoning;
  if (is_thought && part.kind != PartKind::kReasoning) {
    part.extras.push_back({std::string(kDialect), "thought", "true"});
  }
  if (part.kind == PartKind::kReasoning && !is_signed_) part.origin = kFamily;
  if (part.kind != PartKind::kReasoning && part.signature.empty() && part.redacted.empty()) {
    part.origin.clear();
    part.origin_model.clear();
  }
  if (part.kind == PartKind::kText && part.text.empty()) part.text = "\"\"";
}

void PartReader::read_member(std::string_view key, const json::Value& value, const Where& where,
                             Part& part) {
  std::string storage;
  const auto name = camel(key, storage);
  const Where place(where, key);
  if (name == "text") return read_text(value, place, part);
  if (name == "thought") return;
  if (name == "thoughtSignature") return sign(value, place, part);
  if (name == "inlineData" || name == "fileData") return read_media(name, value, place, part);
  if (name == "functionCall") return read_call(value, place, part);
  if (name == "functionResponse") return read_result(value, place, part);
  part.extras.push_back({std::string(kDialect), std::string(name), value.raw()});
}

void PartReader::read_text(const json::Value& value, const Where& where, Part& part) {
  expect_string(value, where);
  part.text = value.raw();
}

void PartReader::read_media(std::string_view member, const json::Value& media, const Where& where,
                            Part& part) {
  expect_object(media, where);
  for (const auto& [key, value] : media.members()) {
    const auto name = camel(key);
    if (name == "mimeType") {
      part.media_type = value.as_string();
    } else if (name == "data") {
      expect_string(value, {where, key});
      part.data = value.raw();
    } else if (name == "fileUri") {
      expect_string(value, {where, key});
      const auto uri = value.as_string();
      is_in_store(uri) ? void(part.file_id = uri) : void(part.url = value.raw());
    } else if (name == "displayName") {
      part.name = value.as_string();
    } else {
      part.extras.push_back({std::string(kDialect), std::string(member) + "/" + name, value.raw()});
    }
  }
  part.dialect = kDialect;  // its name may go back
  part.kind = kind_of_media(part.media_type);
}

void PartReader::read_call(const json::Value& call, const Where& where, Part& part) {
  expect_object(call, where);
  part.kind = PartKind::kToolCall;
  part.arguments = "{}";
  std::string storage;
  call.each_member([&](std::string_view key, const json::Value& value) {
    const auto name = camel(key, storage);
    if (name == "id") {
      part.id = value.as_string();
    } else if (name == "name") {
      expect_string(value, {where, key});
      part.name = value.as_string();
    } else if (name == "args") {
      if (value.is_null()) return;
      expect_object(value, {where, key});
      part.arguments = value.raw();
    } else {
      part.extras.push_back(
          {std::string(kDialect), std::string("functionCall/").append(name), value.raw()});
    }
  });
  const bool is_made = part.id.empty();
  if (is_made) part.id = made_id(part.name, part.arguments);
  Call& kept = calls_.emplace_back(Call{part.id, part.name, is_made, false});
  by_id_[part.id] = &kept;
  by_name_[part.name].push_back(&kept);
}

void PartReader::read_result(const json::Value& result, const Where& where, Part& part) {
  expect_object(result, where);
  part.kind = PartKind::kToolResult;
  part.name = field(result, "name").as_string();  // read_response looks at it
  std::string storage;
  result.each_member([&](std::string_view key, const json::Value& value) {
    const auto name = camel(key, storage);
    if (name == "id") {
      part.id = value.as_string();
    } else if (name == "response") {
      if (value.is_null()) return;
      expect_object(value, {where, key});
      read_response(value, part);
    } else if (name == "parts") {
      for (const auto& inner : value.items())
        part.content.push_back(read_part_of_result(inner, {where, "parts[]"}));
    } else if (name != "name") {
      part.extras.push_back(
          {std::string(kDialect), std::string("functionResponse/").append(name), value.raw()});
    }
  });
  pair(result, part);
}

Part PartReader::read_part_of_result(const json::Value& value, const Where& where) {
  expect_object(value, where);
  Part part;
  bool is_media = false;
  for (const auto& [key, member] : value.members()) {
    const auto name = camel(key);
    const bool is_one = (name == "inlineData" || name == "fileData") && !member.is_null();
    is_media = is_media || is_one;
    if (is_one) {
      read_media(name, member, where, part);
    } else {
      part.extras.push_back({std::string(kDialect), name, member.raw()});
    }
  }
  if (is_media) return part;
  Part opaque;
  opaque.kind = PartKind::kOpaque;
  opaque.dialect = kDialect;
  opaque.raw = value.raw();
  return opaque;
}

void PartReader::add_text(chat::Json text, Part& result) {
  Part& inner = *result.content.emplace(result.content.begin());
  inner.text = text;
}

void PartReader::read_response(const json::Value& response, Part& part) {
  json::Member only;
  bool has_name = false;
  for (const auto& member : response.members()) {
    const bool is_name = member.key == "name" && member.value.as_string() == part.name;
    has_name = has_name || is_name;
    if (!is_name) only = member;
  }
  const bool fits = response.size() == (has_name ? 2U : 1U) && only.value.is_string();
  if (fits && (!has_name || only.key == "content")) {
    part.is_error = only.key == "error";
    add_text(only.value.raw(), part);
    if (only.key == "result" || only.key == "error") return;
    part.raw = request_.quote(has_name ? "name,content" : only.key);
  } else {
    part.is_error = response.size() == 1 && only.key == "error";
    if (response.size() > 0) add_text(request_.quote(response.raw()), part);
    part.raw = "{}";
  }
  part.dialect = kDialect;
}

void PartReader::sign(const json::Value& value, const Where& where, Part& part) {
  expect_string(value, where);
  const auto wire = value.as_string();
  if (wire == kNoSignature) return;
  auto signature = sdk::unwrap_signature(wire, kFamily);
  is_signed_ = true;
  (signature.is_redacted ? part.redacted : part.signature) = std::move(signature.value);
  part.origin = std::move(signature.family);
  part.origin_model = std::move(signature.model);
}

// Gives a result the id of its call.
void PartReader::pair(const json::Value& wire, Part& result) {
  if (!result.id.empty()) {
    if (const auto found = by_id_.find(result.id); found != by_id_.end()) {
      found->second->is_answered = true;
      return;
    }
  }
  auto& same_name = by_name_[result.name];
  while (!same_name.empty() && same_name.front()->is_answered)
    same_name.pop_front();
  if (!same_name.empty() && (result.id.empty() || same_name.front()->is_made)) {
    same_name.front()->is_answered = true;
    result.id = same_name.front()->id;
  }
  if (result.id.empty()) result.id = made_id(result.name, wire.raw());
}

}  // namespace abv::gemini
