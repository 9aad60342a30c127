#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

namespace abv::openai {

// Writes the messages of a request as input items.
//
// The API is strict about items: what the assistant said has other part types than what it was
// told, an item of reasoning must be followed by what the model did with it, and ids must be those
// that the API gave out; so ids of other making are left out.
class ResponsesItems {
 public:
  // `takes_reasoning` is false for models that refuse reasoning items.
  ResponsesItems(const sdk::chat::Request& request, bool takes_reasoning, sdk::json::Writer& out,
                 sdk::LossSink& losses)
      : request_(request), takes_reasoning_(takes_reasoning), out_(out), losses_(losses) {}

  // The member "input", and "instructions" where the client had them.
  void write();

 private:
  using Message = sdk::chat::Message;
  using Part = sdk::chat::Part;

  void write_message(const Message& message, const std::string& path);
  void write_turn(const Message& message, const std::string& path);
  void write_said(const Part& part, const std::string& path);
  void hold_reasoning(const Part& part, const std::string& path);
  const char* why_not(const Part& reasoning) const;
  void begin_item_of_turn();
  void write_call(const Part& part, const std::string& path);
  void write_result(const Part& part, const std::string& path);
  void write_output(const Part& result, const std::string& path, bool is_text_only);
  void write_texts(const char* type, const Part& part, const sdk::json::Value& lengths,
                   sdk::json::Writer& out);
  void open_message(std::string_view role, const Part& first, const sdk::chat::Extras* extras);
  void close_message();
  void write_id(const sdk::json::Value& id, sdk::json::Writer& out);
  bool is_instructions(const Message& message);

  const sdk::chat::Request& request_;
  const bool takes_reasoning_;
  sdk::json::Writer& out_;
  sdk::LossSink& losses_;
  sdk::json::Document trace_;
  bool is_message_open_ = false;
  std::vector<std::pair<std::string, std::string>> held_;  // reasoning items and their paths
  std::map<std::string, std::string_view> result_types_;   // by the id of the call
};

// Reports what is lost of a piece of content; false when that is all of it.
bool can_write_response_part(const sdk::chat::Part& part, const std::string& path,
                             sdk::LossSink& losses);

// Writes a piece that can be written: of what the model was told, or of what it said.
void write_response_part(const sdk::chat::Part& part, bool is_said, sdk::json::Writer& out);

}  // namespace abv::openai
