#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer_reader.hpp"
#include "chat_choice_reader.hpp"

namespace abv::openai {

// Reads answers of chat and of the older completions. STOP is held until [DONE] or the end of the
// input, because the counts come after the finish_reason.
class ChatReader : public AnswerReader {
 public:
  // `id` is the request's, to make the ids of calls from that come without.
  ChatReader(std::uint64_t wanted, std::string_view id) : AnswerReader(wanted), id_(id) {}

  bool can_skip(const sdk::SseFrame& frame) override;
  void on_chunk(const sdk::json::Value& chunk, sdk::EventSink& sink) override;
  void on_done(sdk::EventSink& sink) override;
  void on_whole(const sdk::json::Value& body, sdk::EventSink& sink) override;
  bool finish(sdk::EventSink& sink) override;

 private:
  void read(const sdk::json::Value& body, std::string_view message_key, sdk::EventSink& sink);
  ChatChoiceReader& choice(std::uint32_t number);
  void end(sdk::EventSink& sink);

  const std::string id_;
  std::vector<ChatChoiceReader> choices_;  // by their numbers
  std::optional<abv_usage> counts_;
};

}  // namespace abv::openai
