#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"

namespace abv::gemini {

// Reads `tools`. A function has dialect "gemini", which says that its parameters are in words that
// Gemini takes; those of `parameters`, which are no JSON Schema, stand in `raw` as they were.
// Throws Failure 400 for values of a wrong type.
void read_tools(const sdk::json::Value& tools, sdk::chat::Request& request);

// Reads toolConfig; what has no place becomes an extra with its path as key.
void read_tool_config(const sdk::json::Value& config, sdk::chat::Request& request);

}  // namespace abv::gemini
