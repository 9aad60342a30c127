#pragma once

#include <string_view>

#include "abv/sdk/event.hpp"

namespace abv::claude {

// Anthropic's stop_reason as an event's reason; kOther for words not known.
sdk::StopReason read_stop_reason(std::string_view word);

// The other way. `word` is the upstream's own, which is kept where it is Anthropic's. An answer
// with tool calls always says "tool_use", because clients run tools on that word alone.
std::string_view stop_reason_word(sdk::StopReason reason, std::string_view word,
                                  bool has_tool_calls);

}  // namespace abv::claude
