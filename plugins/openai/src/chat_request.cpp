#include "chat_request.hpp"

#include <string>

#include "chat_request_fields.hpp"
#include "chat_request_messages.hpp"
#include "chat_request_options.hpp"
#include "chat_request_parts.hpp"
#include "chat_request_tools.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using Reader = void (*)(chat::Request&, const json::Value&, const Place&);

// What is read in an order of its own, or for the client's sake alone.
bool is_read_elsewhere(std::string_view key) {
  return key == "model" || key == "stream" || key == "messages" || key == "max_tokens" ||
         key == "max_completion_tokens";
}

Reader reader_of(std::string_view key) {
  if (key == "tools") return &read_tools;
  if (key == "functions") return &read_functions;
  if (key == "tool_choice" || key == "function_call") return &read_tool_choice;
  if (key == "web_search_options") return &read_web_search;
  if (key == "response_format") return &read_response_format;
  if (key == "reasoning") return &read_reasoning;
  if (key == "thinking") return &read_thinking;
  if (key == "stream_options") return &read_stream_options;
  if (key == "stop") return &read_stop;
  return nullptr;
}

void read_max_tokens(chat::Request& request, const json::Value& body, const Place& root,
                     sdk::LossSink& losses) {
  const auto newer =
      read_integer(body["max_completion_tokens"], Place(root, "max_completion_tokens"));
  const auto older = read_integer(body["max_tokens"], Place(root, "max_tokens"));
  request.max_tokens = newer ? newer : older;
  if (newer && older && *newer != *older) {
    losses.dropped("/max_tokens", "max_completion_tokens takes its place");
  }
}

}  // namespace

chat::Request read_chat_request(const sdk::Call& call, json::Document& document,
                                sdk::LossSink& losses) {
  const auto body = read_body(call.body(), document);
  const Place root;
  chat::Request request;
  request.model = read_word(body["model"], Place(root, "model"));
  request.stream = read_flag(body["stream"], Place(root, "stream")).value_or(false);
  read_messages(request, body["messages"], Place(root, "messages"));
  read_max_tokens(request, body, root, losses);
  for (const auto& [key, value] : body.members()) {
    if (value.is_null() || is_read_elsewhere(key)) continue;
    const Place place(root, key);
    if (const auto reader = reader_of(key)) {
      reader(request, value, place);
    } else if (!read_option(request, key, value, place)) {
      request.extras.push_back({std::string(kChatDialect), key, value.raw()});
    }
  }
  return request;
}

}  // namespace abv::openai
