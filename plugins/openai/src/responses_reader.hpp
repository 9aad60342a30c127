#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "answer_reader.hpp"

namespace abv::openai {

// Reads answers of the Responses API. An event's part index is the wire's output_index. What a
// server sends as whole items only, without deltas, is read from the items.
class ResponsesReader : public AnswerReader {
 public:
  using AnswerReader::AnswerReader;

  bool can_skip(const sdk::SseFrame& frame) override;
  void on_chunk(const sdk::json::Value& chunk, sdk::EventSink& sink) override;
  void on_whole(const sdk::json::Value& body, sdk::EventSink& sink) override;

 private:
  // What has been given of one output item.
  struct Item {
    bool has_text = false;
    bool is_call = false;
    bool has_arguments = false;
    bool is_ended = false;
  };

  void on_delta(std::string_view type, const sdk::json::Value& chunk, sdk::EventSink& sink);
  void begin_call(std::uint32_t index, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_item(std::uint32_t index, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_reasoning(std::uint32_t index, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_response(const sdk::json::Value& response, sdk::EventSink& sink);
  static bool has_calls(const sdk::json::Value& response);

  std::map<std::uint32_t, Item> items_;
  bool has_calls_ = false;
};

}  // namespace abv::openai
