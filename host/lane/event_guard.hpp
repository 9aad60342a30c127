#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/plugin/sinks.hpp"

namespace abv::lane {

// Keeps the grammar of events (abv/abi/event.h) on their way to a client, whoever made them.
//
// What is only left out is put in: a START before the first event, the TOOL_END of a call that is
// still open at the STOP. What cannot stand where it stands is refused, because an encoder would
// make of it what clients choke on: content after the end, arguments of a call that was not begun,
// text in the middle of a tool call's part. One thread, one answer.
class EventGuard {
 public:
  // Puts `event` through to `next`. ABV_E_INVALID for one that is refused; fault() says why. A
  // failure of `next` comes back unchanged.
  abv_status pass(const abv_event& event, plugin::EventSink& next);

  // Whether each choice that was begun has its STOP, or the answer its ERROR.
  bool is_complete() const;

  const std::string& fault() const { return fault_; }

 private:
  enum class PartKind : std::uint8_t { kUnknown, kText, kReasoning, kTool, kClosedTool, kOther };

  struct Part {
    std::uint32_t index = 0;
    PartKind kind = PartKind::kUnknown;
  };
  struct Choice {
    std::uint32_t number = 0;
    std::vector<Part> parts;
    bool is_stopped = false;
  };

  abv_status refuse(const abv_event& event, const char* rule);
  abv_status pass_content(const abv_event& event, plugin::EventSink& next);
  abv_status pass_stop(const abv_event& event, plugin::EventSink& next);
  const char* place(const abv_event& event, Part& part) const;
  Choice& choice(std::uint32_t number);
  static Part& part(Choice& choice, std::uint32_t index);

  std::vector<Choice> choices_;
  bool is_started_ = false;
  bool is_failed_ = false;
  std::string fault_;
};

// The word for a kind of event: "tool_start".
const char* event_name(std::uint32_t kind);

}  // namespace abv::lane
