#include "answer_parts.hpp"

#include <algorithm>

namespace abv::openai {

void AnswerParts::add(const sdk::Event& event) {
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
      part(Part::Kind::kText, event.index()).text += event.text();
      return;
    case ABV_EVENT_REASONING:
      part(Part::Kind::kReasoning, event.index()).text += event.text();
      return;
    case ABV_EVENT_REFUSAL:
      part(Part::Kind::kRefusal, event.index()).text += event.text();
      return;
    case ABV_EVENT_SIGNATURE:
      return sign(event);
    case ABV_EVENT_TOOL_START: {
      Part& call = part(Part::Kind::kTool, event.index());
      call.id = event.id();
      call.name = event.name();
      call.is_custom = event.is_custom();
      return;
    }
    case ABV_EVENT_TOOL_ARGUMENTS:
      part(Part::Kind::kTool, event.index()).text += event.text();
      return;
    case ABV_EVENT_IMAGE: {
      Part& image = part(Part::Kind::kImage, event.index());
      image.id = event.id();
      image.name = event.name();
      image.text = event.text();
      return;
    }
    case ABV_EVENT_LOGPROBS:
      return add_logprobs(event);
    default:
      return;
  }
}

bool AnswerParts::has(Part::Kind kind) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](const Part& part) { return part.kind == kind; });
}

std::string AnswerParts::joined(Part::Kind kind) const {
  std::string text;
  for (const Part& part : parts_) {
    if (part.kind == kind) text += part.text;
  }
  return text;
}

Part& AnswerParts::part(Part::Kind kind, std::uint32_t index) {
  const auto same = [&](const Part& part) {
    // The signature of a call comes before the call is known to be one.
    const bool is_unnamed = part.kind == Part::Kind::kReasoning && part.text.empty();
    return part.index == index && (part.kind == kind || is_unnamed);
  };
  const auto found = std::find_if(parts_.rbegin(), parts_.rend(), same);
  if (found != parts_.rend()) {
    found->kind = kind;
    return *found;
  }
  parts_.emplace_back();
  parts_.back().kind = kind;
  parts_.back().index = index;
  return parts_.back();
}

void AnswerParts::sign(const sdk::Event& event) {
  const auto same = [&](const Part& part) { return part.index == event.index(); };
  const auto found = std::find_if(parts_.rbegin(), parts_.rend(), same);
  // A signature may come without a word of the reasoning that it signs.
  Part& signed_part = found != parts_.rend() ? *found : part(Part::Kind::kReasoning, event.index());
  signed_part.signature += event.text();
}

void AnswerParts::add_logprobs(const sdk::Event& event) {
  const auto same = [&](const Part& part) {
    return part.index == event.index() && part.kind == Part::Kind::kRefusal;
  };
  const bool is_refusal = std::any_of(parts_.begin(), parts_.end(), same);
  std::string& entries = is_refusal ? refusal_logprobs_ : text_logprobs_;
  auto array = event.raw_json();
  if (array.size() < 2 || array.front() != '[') return;
  array = array.substr(1, array.size() - 2);
  if (!entries.empty() && !array.empty()) entries.push_back(',');
  entries.append(array);
}

}  // namespace abv::openai
