#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::gemini {

// One part of an answer, put together from the events that brought it.
struct Part {
  enum class Kind : std::uint8_t { kText, kReasoning, kTool, kImage, kOpaque };

  Kind kind = Kind::kText;
  std::uint32_t index = 0;
  std::string id, name;  // of a tool call; an image's name is its media type, its id its URL
  std::string text;      // a tool call's arguments, an image's base64, an opaque part's JSON
  std::string signature;
  bool is_custom = false;    // a tool call's arguments are free text
  bool is_carrying = false;  // the signature is of reasoning before the call
  bool is_done = false;      // may be written
};

// Collects the content events of one choice. A signature that comes before its part is kept for it;
// where no part follows, it stands in one of its own.
// The first call without a signature carries the last wrapped one of the reasoning before it.
class AnswerParts {
 public:
  // `joins`: pieces of one part become one part, for an answer that is written as a whole.
  explicit AnswerParts(bool joins) : joins_(joins) {}

  // Other events are passed over.
  void add(const sdk::Event& event);

  // No more pieces come.
  void end();

  // The parts that are done, which are then gone from here; those that are open stay.
  std::vector<Part> take_done();

 private:
  struct Pending {
    std::uint32_t index = 0;
    std::string signature;
  };

  void add_piece(Part::Kind kind, const sdk::Event& event);
  void add_call(const sdk::Event& event);
  void add_signature(const sdk::Event& event);
  Part& push(Part::Kind kind, std::uint32_t index, std::string_view text);
  Part* find(Part::Kind kind, std::uint32_t index);
  void flush_signature();
  void carry(const Part& reasoning);

  const bool joins_;
  std::vector<Part> parts_;
  std::map<std::uint32_t, Part::Kind> texts_;  // what parts with text there were
  Pending pending_;
  std::string carried_;  // a wrapped signature of reasoning, for the first call
  bool has_call_ = false;
};

// Writes a part as the API has it. False, with nothing written, for a tool call whose arguments are
// no JSON object.
bool put_part(const Part& part, sdk::json::Writer& json);

}  // namespace abv::gemini
