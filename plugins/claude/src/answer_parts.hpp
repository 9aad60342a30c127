#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abv/sdk/event.hpp"

namespace abv::claude {

// One part of an answer, put together from the events that brought it.
struct Part {
  enum class Kind : std::uint8_t { kText, kReasoning, kTool };

  Kind kind = Kind::kText;
  std::uint32_t index = 0;
  std::string id, name;  // of a tool call
  std::string text;      // for a tool call, the arguments' JSON text
  std::string signature;
};

// Collects content events for an answer that is written in one piece. Other events are passed over.
class AnswerParts {
 public:
  void add(const sdk::Event& event);

  const std::vector<Part>& list() const { return parts_; }
  bool has_tool_calls() const;

 private:
  Part& part(Part::Kind kind, std::uint32_t index);
  void sign(const sdk::Event& event);

  std::vector<Part> parts_;
};

}  // namespace abv::claude
