#pragma once

#include <string_view>

#include "abv/sdk/event.hpp"

namespace abv::claude {

// Anthropic's stop_reason as an event's reason; kOther for words not known.
sdk::StopReason read_stop_reason(std::string_view word);

// The other way. An answer with tool calls always says "tool_use", because clients run tools on
// that word alone.
std::string_view stop_reason_word(sdk::StopReason reason, bool has_tool_calls);

}  // namespace abv::claude
