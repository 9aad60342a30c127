#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer_reader.hpp"

namespace abv::openai {

// Reads answers of the Responses API. Each piece of content of each output item is a part of its
// own, numbered as they come. What a server sends as whole items only, without deltas, is read from
// the items.
//
// The `raw_json` of events of an item is the item's head: its type and what of it has no place in
// events ({"type":"message","id":"msg_1","phase":"final_answer"}), so that an encoder of this
// format can write the item as it was.
class ResponsesReader : public AnswerReader {
 public:
  using AnswerReader::AnswerReader;

  bool can_skip(const sdk::SseFrame& frame) override;
  void on_chunk(const sdk::json::Value& chunk, sdk::EventSink& sink) override;
  void on_whole(const sdk::json::Value& body, sdk::EventSink& sink) override;

 private:
  // What has been given of one piece of a message.
  struct Piece {
    std::uint32_t part = 0;
    bool has_text = false;
    bool has_logprobs = false;
    std::size_t citations = 0;
  };

  // What has been given of one output item.
  struct Item {
    std::string head;
    std::optional<std::uint32_t> part;  // of an item that is one part
    std::map<std::int64_t, Piece> pieces;
    std::string_view thinking;  // which of the two forms of reasoning it is read from
    bool is_call = false;
    bool has_arguments = false;
    bool is_ended = false;
  };

  void on_delta(std::string_view type, const sdk::json::Value& chunk, sdk::EventSink& sink);
  void on_text(std::uint32_t kind, const sdk::json::Value& chunk, sdk::EventSink& sink);
  void on_thinking(std::string_view form, const sdk::json::Value& chunk, sdk::EventSink& sink);
  void on_arguments(Item& item, std::string_view text, sdk::EventSink& sink);

  Item& begin_item(std::uint32_t number, const sdk::json::Value& item, sdk::EventSink& sink);
  void begin_call(Item& known, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_item(Item& known, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_message(Item& known, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_reasoning(Item& known, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_image(Item& known, const sdk::json::Value& item, sdk::EventSink& sink);
  void end_response(const sdk::json::Value& response, sdk::EventSink& sink);
  void fail_response(const sdk::json::Value& error, sdk::EventSink& sink);
  static bool has_calls(const sdk::json::Value& response);
  static bool has_refusal(const sdk::json::Value& response);

  std::uint32_t part_of(Item& item);
  Piece& piece_of(Item& item, std::int64_t content_index);
  void give(std::uint32_t kind, std::string_view text, std::uint32_t part, const Item& item,
            sdk::EventSink& sink, std::uint32_t flags = 0);
  void give_citation(const sdk::json::Value& annotation, Piece& piece, sdk::EventSink& sink);
  void give_logprobs(const sdk::json::Value& entries, Piece& piece, sdk::EventSink& sink);

  std::map<std::uint32_t, Item> items_;  // by output_index
  std::uint32_t next_part_ = 0;
  bool has_calls_ = false;
  bool has_refusal_ = false;
};

}  // namespace abv::openai
