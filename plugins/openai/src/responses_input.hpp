#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"
#include "stored_responses.hpp"

namespace abv::openai {

// Reads the input of a Responses request into messages. Items of the assistant that follow each
// other (reasoning, messages, calls) become one message; each result of a tool becomes a user
// message of its own. An item that other dialects have no word for becomes an opaque part on the
// side that speaks it. Throws Failure 400 for what is malformed, and 404 for an item that is only
// referred to and not to be found.
class ResponsesInput {
 public:
  // Items that stand for others are looked up in `stored`, which outlives this.
  ResponsesInput(sdk::chat::Request& request, StoredResponses& stored)
      : request_(request), stored_(stored) {}

  // The system prompt that stands outside the input, as the first message.
  void add_instructions(const sdk::json::Value& instructions, const Place& place);

  // A text, or an array of items.
  void add(const sdk::json::Value& input, const Place& place);

 private:
  void add_item(const sdk::json::Value& item, const Place& place);
  void add_message(const sdk::json::Value& item, const Place& place);
  void add_reasoning(const sdk::json::Value& item, const Place& place);
  void add_call(const sdk::json::Value& item, std::string_view type, const Place& place);
  void add_result(const sdk::json::Value& item, std::string_view type, const Place& place);
  void add_reference(const sdk::json::Value& item, const Place& place);
  void add_compaction(const sdk::json::Value& item, const Place& place);
  void add_opaque(const sdk::json::Value& item, std::string_view type);

  sdk::chat::Message& begin(sdk::chat::Role role);
  sdk::chat::Message& turn();
  void name_item(const sdk::json::Value& item, std::vector<sdk::chat::Part>& parts,
                 bool follows_text);

  sdk::chat::Request& request_;
  StoredResponses& stored_;
  std::map<std::string, std::string> calls_of_shell_items_;  // item id -> call id
};

// Adds what a message or a tool's result holds: a text, or an array of parts.
void read_response_content(sdk::chat::Request& request, const sdk::json::Value& content,
                           const Place& place, std::vector<sdk::chat::Part>& parts);

}  // namespace abv::openai
