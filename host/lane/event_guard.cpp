#include "host/lane/event_guard.hpp"

#include <algorithm>
#include <array>

#include "abv/sdk/event.hpp"
#include "host/plugin/status.hpp"

namespace abv::lane {
namespace {

constexpr std::array<const char*, 19> kNames{
    "event",    "start",   "text",     "reasoning", "signature", "tool_start", "tool_arguments",
    "tool_end", "image",   "citation", "usage",     "stop",      "error",      "ping",
    "opaque",   "refusal", "logprobs", "embedding", "segments"};

// Bounds what a plugin that has gone wild can make the host remember.
constexpr std::size_t kMaxParts = 100'000;
constexpr std::size_t kMaxChoices = 128;

}  // namespace

const char* event_name(std::uint32_t kind) {
  return kind < kNames.size() ? kNames.at(kind) : kNames.front();
}

EventGuard::Choice& EventGuard::choice(std::uint32_t number) {
  const auto found = std::find_if(choices_.begin(), choices_.end(),
                                  [&](const Choice& one) { return one.number == number; });
  if (found != choices_.end()) {
    return *found;
  }
  choices_.push_back(Choice{number, {}, false});
  return choices_.back();
}

// The newest part is nearly always the one.
EventGuard::Part& EventGuard::part(Choice& choice, std::uint32_t index) {
  const auto found = std::find_if(choice.parts.rbegin(), choice.parts.rend(),
                                  [&](const Part& one) { return one.index == index; });
  if (found != choice.parts.rend()) {
    return *found;
  }
  choice.parts.push_back(Part{index, PartKind::kUnknown});
  return choice.parts.back();
}

abv_status EventGuard::refuse(const abv_event& event, const char* rule) {
  fault_ = std::string(event_name(event.kind)) + " of part " + std::to_string(event.index) +
           (event.choice == 0 ? "" : " of choice " + std::to_string(event.choice)) + ": " + rule;
  return ABV_E_INVALID;
}

// What forbids `event` in `part`, or null; `part` then is what the event makes of it.
const char* EventGuard::place(const abv_event& event, Part& part) const {
  const auto become = [&](PartKind kind) -> const char* {
    if (part.kind != PartKind::kUnknown && part.kind != kind) {
      return "the part was begun as another kind";
    }
    part.kind = kind;
    return nullptr;
  };
  switch (event.kind) {
    case ABV_EVENT_TEXT:
    case ABV_EVENT_REFUSAL:
    case ABV_EVENT_LOGPROBS:
    case ABV_EVENT_SEGMENTS:
      return become(PartKind::kText);
    case ABV_EVENT_REASONING:
      return become(PartKind::kReasoning);
    case ABV_EVENT_IMAGE:
    case ABV_EVENT_EMBEDDING:
      return become(PartKind::kOther);
    case ABV_EVENT_TOOL_START:
      return part.kind == PartKind::kTool || part.kind == PartKind::kClosedTool
                 ? "the call was begun already"
                 : become(PartKind::kTool);
    case ABV_EVENT_TOOL_ARGUMENTS:
      return part.kind == PartKind::kTool ? nullptr : "no call is open there";
    case ABV_EVENT_TOOL_END:
      if (part.kind != PartKind::kTool) {
        return "no call is open there";
      }
      part.kind = PartKind::kClosedTool;
      return nullptr;
    default:
      return nullptr;  // signatures, citations and what is not known may stand with any part
  }
}

abv_status EventGuard::pass_content(const abv_event& event, plugin::EventSink& next) {
  if (event.choice >= kMaxChoices) {
    return refuse(event, "too many choices");
  }
  Choice& its = choice(event.choice);
  if (its.is_stopped) {
    return refuse(event, "the answer has stopped already");
  }
  Part& its_part = part(its, event.index);
  if (its.parts.size() > kMaxParts) {
    return refuse(event, "too many parts");
  }
  if (const char* rule = place(event, its_part)) {
    return refuse(event, rule);
  }
  return next.emit(event);
}

abv_status EventGuard::pass_stop(const abv_event& event, plugin::EventSink& next) {
  if (event.choice >= kMaxChoices) {
    return refuse(event, "too many choices");
  }
  Choice& its = choice(event.choice);
  if (its.is_stopped) {
    return refuse(event, "the answer has stopped already");
  }
  for (Part& open : its.parts) {
    if (open.kind != PartKind::kTool) {
      continue;
    }
    open.kind = PartKind::kClosedTool;
    abv_event end = sdk::make_event(ABV_EVENT_TOOL_END, open.index);
    end.choice = event.choice;
    const abv_status status = next.emit(end);
    if (plugin::failed(status)) {
      return status;
    }
  }
  its.is_stopped = true;
  return next.emit(event);
}

abv_status EventGuard::pass(const abv_event& event, plugin::EventSink& next) {
  if (is_failed_) {
    return refuse(event, "the answer has failed already");
  }
  if (event.kind == ABV_EVENT_START && is_started_) {
    return refuse(event, "the answer has started already");
  }
  if (!is_started_) {
    is_started_ = true;
    if (event.kind != ABV_EVENT_START) {
      const abv_status status = next.emit(sdk::make_event(ABV_EVENT_START));
      if (plugin::failed(status)) {
        return status;
      }
    }
  }
  switch (event.kind) {
    case ABV_EVENT_START:
    case ABV_EVENT_USAGE:
    case ABV_EVENT_PING:
      return next.emit(event);
    case ABV_EVENT_ERROR:
      is_failed_ = true;
      return next.emit(event);
    case ABV_EVENT_STOP:
      return pass_stop(event, next);
    default:
      return pass_content(event, next);
  }
}

bool EventGuard::is_complete() const {
  return is_failed_ ||
         (!choices_.empty() && std::all_of(choices_.begin(), choices_.end(),
                                           [](const Choice& one) { return one.is_stopped; }));
}

}  // namespace abv::lane
