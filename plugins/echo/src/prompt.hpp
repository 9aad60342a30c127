#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

namespace echo {

// What echo needs to know of a client's request, whatever the dialect.
struct Prompt {
  std::string text;         // of the last user message; its text parts are joined by line feeds
  std::string tool_result;  // of the last message, when that is a tool's result
  bool ends_with_tool_result = false;
  bool has_tools = false;      // the client declared tools
  std::size_t text_bytes = 0;  // of all messages and system instructions
};

// Reads a request body of the dialect openai-chat, claude-messages or gemini. What is missing or of
// an unexpected type counts as empty.
Prompt read_prompt(std::string_view dialect, const abv::sdk::json::Value& request);

// About four bytes make a token, and nothing is free.
std::int64_t estimate_tokens(std::size_t bytes);

}  // namespace echo
