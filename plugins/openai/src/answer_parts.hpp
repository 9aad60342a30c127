#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abv/sdk/event.hpp"

namespace abv::openai {

// One part of an answer, put together from the events that brought it.
struct Part {
  enum class Kind : std::uint8_t { kText, kReasoning, kRefusal, kTool, kImage };

  Kind kind = Kind::kText;
  std::uint32_t index = 0;
  std::string id, name;  // of a tool call; of an image, its URL or its media type
  std::string text;      // for a tool call, the arguments; for an image, its base64
  std::string signature;
  bool is_custom = false;  // a tool call whose arguments are free text
};

// Collects content events of one choice, for an answer that is written in one piece. Other events
// are passed over.
class AnswerParts {
 public:
  void add(const sdk::Event& event);

  const std::vector<Part>& list() const { return parts_; }
  bool has(Part::Kind kind) const;
  // The texts of all parts of a kind.
  std::string joined(Part::Kind kind) const;

  // The probabilities of the text's or the refusal's tokens: JSON values, with commas between them.
  const std::string& logprobs(Part::Kind kind) const {
    return kind == Part::Kind::kRefusal ? refusal_logprobs_ : text_logprobs_;
  }

 private:
  Part& part(Part::Kind kind, std::uint32_t index);
  void sign(const sdk::Event& event);
  void add_logprobs(const sdk::Event& event);

  std::vector<Part> parts_;
  std::string text_logprobs_, refusal_logprobs_;
};

}  // namespace abv::openai
