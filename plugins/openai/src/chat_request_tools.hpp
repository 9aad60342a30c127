#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"

// What a chat request says about tools, read.
namespace abv::openai {

// tools, and the older functions.
void read_tools(sdk::chat::Request& request, const sdk::json::Value& tools, const Place& place);
void read_functions(sdk::chat::Request& request, const sdk::json::Value& functions,
                    const Place& place);

// tool_choice, and the older function_call. What has no canonical form stays in the extras.
void read_tool_choice(sdk::chat::Request& request, const sdk::json::Value& choice,
                      const Place& place);

// web_search_options, which is a tool in all but name.
void read_web_search(sdk::chat::Request& request, const sdk::json::Value& options,
                     const Place& place);

}  // namespace abv::openai
