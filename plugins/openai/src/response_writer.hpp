#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "answer_writer.hpp"

namespace abv::openai {

// Writes answers of the Responses API: its events, numbered and named as the API does, or one
// response object. Every part of the answer is an output item; a text or reasoning item ends when
// the next item begins, a call when its TOOL_END comes or the answer ends.
class ResponseWriter : public AnswerWriter {
 public:
  explicit ResponseWriter(const sdk::CodecParams& params) : AnswerWriter(params, "resp_") {}

 protected:
  void on_start(sdk::Writer& out) override;
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_error(const sdk::Event& error, sdk::Writer& out) override;
  void on_finish(sdk::Writer& out) override;

 private:
  enum class Kind : std::uint8_t { kMessage, kReasoning, kCall };

  struct Item {
    Kind kind = Kind::kMessage;
    std::uint32_t part = 0;
    std::string id;
    std::string call_id, name;  // of a call
    std::string text;           // of a call, its arguments
    std::string signature;      // of reasoning
    bool is_open = true;
  };

  Item* open_item(Kind kind, std::uint32_t part);
  Item& begin_item(Kind kind, const sdk::Event& event, sdk::Writer& out);
  void begin_part(const Item& item, sdk::Writer& out);
  void add_text(Kind kind, const sdk::Event& event, sdk::Writer& out);
  void add_signature(const sdk::Event& event, sdk::Writer& out);
  void end_item(Item& item, sdk::Writer& out);
  void end_text(const Item& item, sdk::Writer& out);
  void end_items(bool calls_too, sdk::Writer& out);

  // An event's frame is begun, filled with members, and sent.
  void begin_event(std::string_view type);
  void begin_item_event(std::string_view type, const Item& item);
  void end_event(sdk::Writer& out);

  std::size_t place_of(const Item& item) const;
  void put_item(const Item& item);
  void put_part(const Item& item, std::string_view text);
  void put_response(std::string_view status, const sdk::Event* error);
  std::string_view final_status() const;

  std::string event_type_;
  std::int64_t next_number_ = 0;
  std::vector<Item> items_;  // the place is the output_index
};

}  // namespace abv::openai
