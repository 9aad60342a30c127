#include "answer_parts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "abv/sdk/signature.hpp"

namespace abv::gemini {

namespace json = sdk::json;

void AnswerParts::add(const sdk::Event& event) {
  const auto kind = event.kind();
  const bool is_content = kind >= ABV_EVENT_TEXT && kind <= ABV_EVENT_IMAGE;
  const bool is_part = is_content || kind == ABV_EVENT_REFUSAL || kind == ABV_EVENT_OPAQUE;
  if (is_part && pending_.index != event.index()) flush_signature();
  switch (kind) {
    case ABV_EVENT_TEXT:
    case ABV_EVENT_REFUSAL:
      return add_piece(Part::Kind::kText, event);
    case ABV_EVENT_REASONING:
      return add_piece(Part::Kind::kReasoning, event);
    case ABV_EVENT_SIGNATURE:
      return add_signature(event);
    case ABV_EVENT_TOOL_START:
      return add_call(event);
    case ABV_EVENT_TOOL_ARGUMENTS:
      if (Part* call = find(Part::Kind::kTool, event.index())) call->text += event.text();
      return;
    case ABV_EVENT_TOOL_END:
      if (Part* call = find(Part::Kind::kTool, event.index())) call->is_done = true;
      return;
    case ABV_EVENT_IMAGE: {
      Part& image = push(Part::Kind::kImage, event.index(), event.text());
      image.name = event.name();
      image.id = event.id();
      return;
    }
    case ABV_EVENT_OPAQUE:
      push(Part::Kind::kOpaque, event.index(), event.raw_json());
      return;
    default:
      return;
  }
}

void AnswerParts::end() {
  flush_signature();
  for (Part& part : parts_)
    part.is_done = true;
}

std::vector<Part> AnswerParts::take_done() {
  const auto is_open = [](const Part& part) { return !part.is_done; };
  const auto done = std::stable_partition(parts_.begin(), parts_.end(), is_open);
  std::vector<Part> taken(std::make_move_iterator(done), std::make_move_iterator(parts_.end()));
  parts_.erase(done, parts_.end());
  return taken;
}

Part* AnswerParts::find(Part::Kind kind, std::uint32_t index) {
  const auto same = [&](const Part& part) { return part.kind == kind && part.index == index; };
  const auto found = std::find_if(parts_.rbegin(), parts_.rend(), same);
  return found == parts_.rend() ? nullptr : &*found;
}

Part& AnswerParts::push(Part::Kind kind, std::uint32_t index, std::string_view text) {
  Part& part = parts_.emplace_back();
  part.kind = kind;
  part.index = index;
  part.text = text;
  part.is_done = true;
  if (pending_.index == index) part.signature = std::exchange(pending_.signature, {});
  return part;
}

void AnswerParts::add_piece(Part::Kind kind, const sdk::Event& event) {
  texts_[event.index()] = kind;
  Part* const same = joins_ ? find(kind, event.index()) : nullptr;
  if (same != nullptr) {
    same->text += event.text();
  } else {
    push(kind, event.index(), event.text());
  }
}

void AnswerParts::add_call(const sdk::Event& event) {
  Part& call = push(Part::Kind::kTool, event.index(), {});
  call.id = event.id();
  call.name = event.name();
  call.is_custom = event.is_custom();
  call.is_done = false;
  if (std::exchange(has_call_, true) || !call.signature.empty()) return;
  call.signature = std::move(carried_);
  call.is_carrying = true;
}

void AnswerParts::add_signature(const sdk::Event& event) {
  const auto index = event.index();
  if (Part* call = find(Part::Kind::kTool, index)) {
    if (std::exchange(call->is_carrying, false)) call->signature.clear();
    call->signature += event.text();
    return;
  }
  const auto signed_text = texts_.find(index);
  if (signed_text == texts_.end()) {
    pending_.index = index;
    pending_.signature += event.text();
    return;
  }
  Part* const same = joins_ ? find(signed_text->second, index) : nullptr;
  Part& of = same != nullptr ? *same : push(signed_text->second, index, {});
  of.signature += event.text();
  carry(of);
}

// A signature without a part is one of reasoning that is not shown.
void AnswerParts::flush_signature() {
  if (!pending_.signature.empty()) carry(push(Part::Kind::kReasoning, pending_.index, {}));
}

void AnswerParts::carry(const Part& reasoning) {
  const bool is_wrapped = reasoning.signature.starts_with(sdk::kWrappedBegin);
  if (reasoning.kind == Part::Kind::kReasoning && is_wrapped) carried_ = reasoning.signature;
}

bool put_part(const Part& part, json::Writer& out) {
  json::Value arguments;
  if (part.kind == Part::Kind::kTool && !part.is_custom) {
    arguments = json::parse(part.text.empty() ? "{}" : part.text).value_or(json::Value());
    if (!arguments.is_object()) return false;
  }
  if (part.kind == Part::Kind::kOpaque) {
    out.raw(part.text);
    return true;
  }
  out.begin_object();
  switch (part.kind) {
    case Part::Kind::kTool:
      out.key("functionCall").begin_object();
      if (!part.id.empty()) out.member("id", part.id);
      out.member("name", part.name).key("args");
      if (part.is_custom) {
        out.begin_object().member("input", part.text).end_object();
      } else {
        out.value(arguments);
      }
      out.end_object();
      break;
    case Part::Kind::kImage:
      out.key(part.text.empty() ? "fileData" : "inlineData").begin_object();
      out.member("mimeType", part.name);
      out.member(part.text.empty() ? "fileUri" : "data", part.text.empty() ? part.id : part.text);
      out.end_object();
      break;
    case Part::Kind::kReasoning:
      out.member("text", part.text).member("thought", true);
      break;
    default:
      out.member("text", part.text);
      break;
  }
  if (!part.signature.empty()) out.member("thoughtSignature", part.signature);
  out.end_object();
  return true;
}

}  // namespace abv::gemini
