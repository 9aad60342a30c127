#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"

namespace abv::claude {

// Reads `tools` and `tool_choice` of a request. The client's own tools are functions, web search of
// any version is web search, and what else Anthropic defines is opaque. Throws Failure 400 for what
// is malformed.
void read_tools(const sdk::json::Value& tools, sdk::chat::Request& request);
void read_tool_choice(const sdk::json::Value& choice, sdk::chat::Request& request);

}  // namespace abv::claude
