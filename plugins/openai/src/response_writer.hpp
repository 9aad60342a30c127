#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "answer_writer.hpp"
#include "response_echo.hpp"
#include "response_item.hpp"
#include "response_tools.hpp"

namespace abv::openai {

// Writes answers of the Responses API: its events, numbered and named as the API does, or one
// response object. Every part of the answer is an output item, and one item is told from its
// beginning to its end before the next: what comes of a second call while the first is open waits.
// A text or reasoning item ends when the next item begins, a call when its TOOL_END comes or the
// answer ends. Reasoning is told as a summary, which is what clients show; with what proves it
// where the client asked for that, or has to carry it because the host does not keep the answer. Of
// several choices the first is written.
class ResponseWriter : public AnswerWriter {
 public:
  explicit ResponseWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& out) override;
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_ping(sdk::Writer& out) override;
  void on_error(const sdk::Event& error, sdk::Writer& out) override;
  void on_finish(sdk::Writer& out) override;

 private:
  using Item = ResponseItem;
  using Kind = ResponseItem::Kind;

  // What the request says, read once.
  struct Wishes {
    DeclaredTools tools;
    RequestEcho echo;
    bool includes_proofs = false;  // encrypted reasoning
  };
  static Wishes read_wishes(std::string_view request_body);

  Item* open_item(Kind kind, std::uint32_t part);
  Item* open_call(std::uint32_t part);
  Item& add_item(Kind kind, const sdk::Event& event, const char* prefix);
  void add_text(Kind kind, const sdk::Event& event, sdk::Writer& out);
  void add_call(const sdk::Event& event);
  void add_arguments(Item& call, std::string_view piece, sdk::Writer& out);
  void end_call(Item& call, sdk::Writer& out);
  void add_signature(const sdk::Event& event);
  void add_to_message(const sdk::Event& event);
  void add_image(const sdk::Event& event);
  void add_opaque(const sdk::Event& event);
  bool keep_head(Item& item, std::string_view head, std::string_view prefix);

  // The lifecycle of items in a stream.
  void tell(sdk::Writer& out);
  void begin_item(Item& item, sdk::Writer& out);
  void end_item(Item& item, sdk::Writer& out);
  void begin_part(const Item& item, sdk::Writer& out);
  void end_part(const Item& item, sdk::Writer& out);
  void tell_piece(const Item& item, std::string_view piece, sdk::Writer& out);
  void tell_citations(const Item& item, sdk::Writer& out);

  // An event's frame is begun, filled with members, and sent.
  void begin_event(std::string_view type);
  void begin_item_event(std::string_view type, const Item& item);
  void end_event(sdk::Writer& out);

  std::size_t place_of(const Item& item) const;
  void put_response(std::string_view status, const sdk::Event* error);
  std::string_view final_status() const;

  const Wishes wishes_;
  const bool shows_proofs_;
  std::string event_type_;
  std::int64_t next_number_ = 0;
  std::vector<Item> items_;  // the place is the output_index
  std::size_t told_ = 0;     // how many were told to their end
};

}  // namespace abv::openai
