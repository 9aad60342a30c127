#include "answer_parts.hpp"

#include <algorithm>

#include "citation.hpp"
#include "opaque_block.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

using Kind = AnswerPart::Kind;

void write_call(const AnswerPart& part, const std::string& id, json::Writer& json) {
  if (part.is_custom) {
    json.member("type", "tool_use").member("id", id).member("name", part.name);
    json.key("input").begin_object().member("input", part.text).end_object();
    return;
  }
  const auto input = json::parse(part.text.empty() ? "{}" : part.text);
  if (!input || !input->is_object()) {
    throw sdk::Failure{502, "invalid_tool_arguments",
                       "tool call \"" + part.name + "\": the arguments are no JSON object"};
  }
  json.member("type", "tool_use").member("id", id).member("name", part.name);
  json.member("input", *input);
  write_call_details(part.raw, json);
}

}  // namespace

std::string image_note(std::string_view media_type, std::string_view url) {
  std::string note = "[An image";
  if (!media_type.empty()) note.append(" (").append(media_type).append(")");
  if (!url.empty()) return note.append(" at ").append(url).append("]");
  return note + " was left out: answers of this API hold no images.]";
}

void write_call_details(std::string_view raw, json::Writer& json) {
  json::Document document;
  if (raw.empty() || !document.parse(raw)) return;
  std::string scratch;
  if (document.root()["type"].text(scratch) != "tool_use") return;
  for (const char* name : {"caller", "toolset_name"}) {
    if (document.root()[name].exists()) json.member(name, document.root()[name]);
  }
}

void AnswerParts::add(const sdk::Event& event) {
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
    case ABV_EVENT_REFUSAL:
      part(Kind::kText, event.index()).text += event.text();
      return;
    case ABV_EVENT_REASONING:
      part(Kind::kReasoning, event.index()).text += event.text();
      return;
    case ABV_EVENT_SIGNATURE:
      return sign(event);
    case ABV_EVENT_TOOL_START: {
      AnswerPart& call = part(Kind::kTool, event.index());
      call.id = event.id();
      call.name = event.name();
      call.is_custom = event.is_custom();
      call.raw = event.raw_json();
      return;
    }
    case ABV_EVENT_TOOL_ARGUMENTS:
      part(Kind::kTool, event.index()).text += event.text();
      return;
    case ABV_EVENT_CITATION:
      return cite(event);
    case ABV_EVENT_IMAGE:
      part(Kind::kText, event.index()).text += image_note(event.name(), event.id());
      return;
    case ABV_EVENT_OPAQUE:
      return add_opaque(event);
    default:
      return;
  }
}

void AnswerParts::write(std::string_view request_id, json::Writer& json) const {
  std::size_t number = 0;
  for (const AnswerPart& part : parts_) {
    if (part.kind == Kind::kOpaque) {
      json.raw(part.text);
      ++number;
      continue;
    }
    json.begin_object();
    if (part.kind == Kind::kText) {
      json.member("type", "text").member("text", part.text);
      if (!part.citations.empty()) json.key("citations").raw("[" + part.citations + "]");
    } else if (part.kind == Kind::kReasoning) {
      json.member("type", "thinking").member("thinking", part.text);
      json.member("signature", part.signature);
    } else if (part.kind == Kind::kRedacted) {
      json.member("type", "redacted_thinking").member("data", part.text);
    } else {
      const std::string made = "toolu_" + std::string(request_id) + "_" + std::to_string(number);
      write_call(part, part.id.empty() ? made : part.id, json);
    }
    json.end_object();
    ++number;
  }
}

bool AnswerParts::has_tool_calls() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const AnswerPart& part) { return part.kind == Kind::kTool; });
}

AnswerPart& AnswerParts::part(Kind kind, std::uint32_t index) {
  const auto same = [&](const AnswerPart& part) {
    return part.kind == kind && part.index == index;
  };
  const auto found = std::find_if(parts_.rbegin(), parts_.rend(), same);
  if (found != parts_.rend()) return *found;
  parts_.emplace_back();
  parts_.back().kind = kind;
  parts_.back().index = index;
  return parts_.back();
}

AnswerPart* AnswerParts::last_of(std::uint32_t index) {
  const auto same = [&](const AnswerPart& part) { return part.index == index; };
  const auto found = std::find_if(parts_.rbegin(), parts_.rend(), same);
  return found == parts_.rend() ? nullptr : &*found;
}

// Thinking is the only place for a signature. One for a part without any other event signs thinking
// that was not shown, or is the thinking itself, encrypted.
void AnswerParts::sign(const sdk::Event& event) {
  AnswerPart* signed_part = last_of(event.index());
  if (signed_part != nullptr && signed_part->kind == Kind::kRedacted) {
    signed_part->text += event.text();
  } else if (signed_part != nullptr) {
    signed_part->signature += event.text();
  } else if (event.is_redacted()) {
    part(Kind::kRedacted, event.index()).text = event.text();
  } else {
    part(Kind::kReasoning, event.index()).signature = event.text();
  }
}

void AnswerParts::cite(const sdk::Event& event) {
  json::Writer json;
  if (!write_citation(event.raw_json(), event.id(), event.name(), event.text(), json)) return;
  std::string& citations = part(Kind::kText, event.index()).citations;
  if (!citations.empty()) citations += ",";
  citations += json.view();
}

void AnswerParts::add_opaque(const sdk::Event& event) {
  json::Document document;
  const auto block = opaque_block_in(event.raw_json(), document);
  if (block) part(Kind::kOpaque, event.index()).text = block.raw();
}

}  // namespace abv::claude
