#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer_reader.hpp"

namespace abv::openai {

// Reads answers of chat and of the older completions. Of several choices the first is read. STOP is
// held until [DONE] or the end of the input, because the counts come after the finish_reason.
class ChatReader : public AnswerReader {
 public:
  using AnswerReader::AnswerReader;

  bool can_skip(const sdk::SseFrame& frame) override;
  void on_chunk(const sdk::json::Value& chunk, sdk::EventSink& sink) override;
  void on_done(sdk::EventSink& sink) override;
  void on_whole(const sdk::json::Value& body, sdk::EventSink& sink) override;
  bool finish(sdk::EventSink& sink) override;

 private:
  enum class Run : std::uint8_t { kNone, kText, kReasoning };

  struct ToolCall {
    std::int64_t number;  // its index on the wire
    std::string id;
    std::uint32_t part;
  };

  void read_choice(const sdk::json::Value& choice, const sdk::json::Value& message,
                   sdk::EventSink& sink);
  void read_content(const sdk::json::Value& content, sdk::EventSink& sink);
  void read_run(Run run, const sdk::json::Value& text, sdk::EventSink& sink);
  void read_call(std::int64_t number, const sdk::json::Value& id, const sdk::json::Value& function,
                 sdk::EventSink& sink);
  void end(sdk::EventSink& sink);

  Run run_ = Run::kNone;  // text and reasoning that follow each other are parts of their own
  std::uint32_t next_part_ = 0;
  std::vector<ToolCall> calls_;
  std::optional<abv_usage> counts_;
  std::optional<std::string> finish_reason_;
};

}  // namespace abv::openai
