#pragma once

#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"

// The pieces of chat messages, read.
namespace abv::openai {

inline constexpr std::string_view kChatDialect = "openai-chat";

// The names of opaque parts that stand for more than a piece of content: all of a message of a role
// that is not known, and one of an assistant's tool_calls.
inline constexpr std::string_view kWholeMessage = "message";
inline constexpr std::string_view kWholeCall = "tool_call";

// Adds what `content` holds to `parts`: a string, an array of parts, or nothing. Of a part that is
// not known, the words themselves.
void read_content(sdk::chat::Request& request, const sdk::json::Value& content, const Place& place,
                  std::vector<sdk::chat::Part>& parts);

// One of an assistant's tool_calls. `position` is its place among them.
sdk::chat::Part read_call(sdk::chat::Request& request, const sdk::json::Value& call,
                          const Place& place, std::size_t position);

// The arguments of a function call, which stand as JSON text in a string: the object itself. What
// is no object stays the string.
sdk::chat::Json read_arguments(sdk::chat::Request& request, const sdk::json::Value& arguments,
                               const Place& place);

// The canonical form of cache_control; empty when it is no cache mark.
sdk::chat::Json read_cache_mark(sdk::chat::Request& request, const sdk::json::Value& mark);

}  // namespace abv::openai
