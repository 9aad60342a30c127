#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"
#include "choice_sink.hpp"
#include "grounding.hpp"

namespace abv::gemini {

// Reads one candidate of an answer, chunk by chunk, into the content events of one choice.
class CandidateReader {
 public:
  // `id` is what ids of calls without one are made of. `shows_drafts`: images that the model
  // thought of are given too.
  CandidateReader(std::uint32_t choice, std::string id, bool shows_drafts = false)
      : choice_(choice), id_(std::move(id)), shows_drafts_(shows_drafts) {}

  std::uint32_t choice() const { return choice_; }
  bool is_ended() const { return is_ended_; }
  bool has_images() const { return has_images_; }

  void read(const sdk::json::Value& candidate, ChoiceSink& sink);

  // The candidate's end, which `read` does not give: the counts come before it.
  void stop(std::string_view word, ChoiceSink& sink);

 private:
  enum class PartKind : std::uint8_t { kNone, kText, kReasoning };

  void read_part(const sdk::json::Value& part, ChoiceSink& sink);
  void read_text(const sdk::json::Value& part, ChoiceSink& sink);
  void read_call(const sdk::json::Value& part, ChoiceSink& sink);
  void read_image(const sdk::json::Value& part, ChoiceSink& sink);
  void read_metadata(const sdk::json::Value& candidate, ChoiceSink& sink);
  void sign_open_part(const sdk::json::Value& part, ChoiceSink& sink);
  void sign(const sdk::json::Value& part, std::uint32_t index, ChoiceSink& sink);
  std::uint32_t open_part(PartKind kind);

  std::uint32_t choice_;
  std::string id_;
  bool shows_drafts_;
  bool has_images_ = false;
  PartKind part_kind_ = PartKind::kNone;
  std::uint32_t next_part_ = 0;
  std::uint32_t last_text_ = 0;
  bool has_calls_ = false;
  bool is_ended_ = false;
  GroundingReader grounding_;
  std::string scratch_, more_scratch_;
};

}  // namespace abv::gemini
