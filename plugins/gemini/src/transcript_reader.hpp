#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"
#include "choice_sink.hpp"
#include "timed_text.hpp"

namespace abv::gemini {

// Reads the candidate of a transcription, chunk by chunk: text of a general model, which goes on at
// once; the JSON of one that was asked for times, which is read when it is whole; or the parts of a
// model made for transcribing. Such a part is one turn of one speaker.
class TranscriptReader {
 public:
  void read(const sdk::json::Value& candidate, ChoiceSink& sink);

  // The candidate's good end: gives what was held back.
  void finish(ChoiceSink& sink);

 private:
  enum class Form : std::uint8_t { kUnknown, kText, kJson };

  void read_text(std::string_view text, ChoiceSink& sink);
  void read_turn(const sdk::json::Value& turn, ChoiceSink& sink);
  void read_list(const sdk::json::Value& list, std::vector<TimedText>& into) const;
  void read_document(const sdk::json::Value& document, ChoiceSink& sink);
  void give_times(ChoiceSink& sink);

  Form form_ = Form::kUnknown;
  std::string held_;  // JSON, or blanks before it is known what comes
  std::string last_turn_;
  std::string language_;
  std::vector<TimedText> segments_, words_;
  std::string scratch_;
};

}  // namespace abv::gemini
