#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "cache_marks.hpp"
#include "model_traits.hpp"

namespace abv::claude {

// Writes the member `tools`, when there are any. Custom tools, which take free text, become tools
// with one input of that name.
void write_tools(const sdk::chat::Request& request, const ModelTraits& traits,
                 sdk::json::Writer& out, CacheMarks& marks, sdk::LossSink& losses);

// True when the answer must be a tool call.
bool is_tool_forced(const sdk::chat::Request& request);

// Writes the member `tool_choice`, when there is something to say.
void write_tool_choice(const sdk::chat::Request& request, sdk::json::Writer& out,
                       sdk::LossSink& losses);

}  // namespace abv::claude
