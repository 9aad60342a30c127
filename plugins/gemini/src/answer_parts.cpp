#include "answer_parts.hpp"

#include <algorithm>

namespace abv::gemini {

void AnswerParts::add(const sdk::Event& event) {
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
      part(Part::Kind::kText, event.index()).text += event.text();
      return;
    case ABV_EVENT_REASONING:
      part(Part::Kind::kReasoning, event.index()).text += event.text();
      return;
    case ABV_EVENT_SIGNATURE:
      return sign(event);
    case ABV_EVENT_TOOL_START: {
      Part& call = part(Part::Kind::kTool, event.index());
      call.id = event.id();
      call.name = event.name();
      return;
    }
    case ABV_EVENT_TOOL_ARGUMENTS:
      part(Part::Kind::kTool, event.index()).text += event.text();
      return;
    case ABV_EVENT_IMAGE: {
      Part& image = part(Part::Kind::kImage, event.index());
      image.name = event.name();
      image.text += event.text();
      return;
    }
    default:
      return;
  }
}

bool AnswerParts::has_tool_calls() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const Part& part) { return part.kind == Part::Kind::kTool; });
}

Part& AnswerParts::part(Part::Kind kind, std::uint32_t index) {
  const auto same = [&](const Part& part) { return part.kind == kind && part.index == index; };
  const auto found = std::find_if(parts_.rbegin(), parts_.rend(), same);
  if (found != parts_.rend()) return *found;
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

}  // namespace abv::gemini
