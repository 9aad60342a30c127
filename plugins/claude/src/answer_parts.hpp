#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::claude {

// What a client is told where an answer holds an image: its API has no form for one, and a text
// that claims to be one would be a lie.
std::string image_note(std::string_view media_type, std::string_view url);

// One part of an answer, put together from the events that brought it.
struct AnswerPart {
  enum class Kind : std::uint8_t { kText, kReasoning, kTool, kRedacted, kOpaque };

  Kind kind = Kind::kText;
  std::uint32_t index = 0;
  std::string id, name;    // of a tool call
  bool is_custom = false;  // its arguments are free text
  // For a tool call, the arguments' JSON text; for an opaque part, the content block.
  std::string text;
  std::string signature;
  std::string citations;  // of a text: JSON values, with commas between them
  std::string raw;        // of a tool call: the content block it began with, or empty
};

// Collects content events for an answer that is written in one piece. Other events are passed over.
class AnswerParts {
 public:
  void add(const sdk::Event& event);

  // The content blocks of a message; `request_id` makes ids for tool calls that come without one.
  // Throws Failure when a tool call's arguments are no object.
  void write(std::string_view request_id, sdk::json::Writer& json) const;

  bool has_tool_calls() const;

 private:
  AnswerPart& part(AnswerPart::Kind kind, std::uint32_t index);
  AnswerPart* last_of(std::uint32_t index);
  void sign(const sdk::Event& event);
  void cite(const sdk::Event& event);
  void add_opaque(const sdk::Event& event);

  std::vector<AnswerPart> parts_;
};

// Writes the members of a tool call's content block that only this dialect knows: who called it,
// from which set of tools. `raw` is that block, or empty.
void write_call_details(std::string_view raw, sdk::json::Writer& json);

}  // namespace abv::claude
