#pragma once

#include <string_view>

#include "abv/sdk/event.hpp"

namespace abv::openai {

// finish_reason of chat and completions as an event's reason; kOther for words not known.
sdk::StopReason read_finish_reason(std::string_view word);

// The other way. An answer with tool calls never says "stop", because clients run tools on
// "tool_calls" alone.
std::string_view finish_reason_word(sdk::StopReason reason, bool has_tool_calls);

}  // namespace abv::openai
