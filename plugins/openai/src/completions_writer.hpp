#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer_writer.hpp"

namespace abv::openai {

// Writes answers of the older completions, which know text only; a refusal is text there. Counts
// stand in a stream as they do in chat's.
class CompletionsWriter : public AnswerWriter {
 public:
  explicit CompletionsWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& out) override;
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_stop(const sdk::Event& stop) override;
  void on_finish(sdk::Writer& out) override;

 private:
  struct Choice {
    std::uint32_t number = 0;
    std::optional<sdk::StopReason> stop;
    std::string text;        // of a whole answer
    std::string logprobs;    // of a whole answer: entries with commas between them
    std::size_t offset = 0;  // of the next token that has logprobs, in characters
  };

  Choice& choice(std::uint32_t number);
  void put_head();
  void put_choice(Choice& choice, std::string_view text, std::string_view logprobs,
                  std::string_view finish_reason);
  void write_piece(Choice& choice, std::string_view text, std::string_view logprobs,
                   std::string_view finish_reason, sdk::Writer& out);
  void write_chunk(sdk::Writer& out);
  void finish_stream(sdk::Writer& out);

  const bool wants_usage_;
  std::vector<Choice> choices_;
};

}  // namespace abv::openai
