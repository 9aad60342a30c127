#pragma once

#include <string_view>

#include "abv/sdk/event.hpp"

namespace abv::gemini {

// Gemini's finishReason or blockReason as an event's reason; kOther for words not known.
sdk::StopReason read_finish_reason(std::string_view word);

// The other way. `word`, the upstream's own, is kept when it is one of Gemini's for that reason.
std::string_view finish_reason_word(sdk::StopReason reason, std::string_view word);

}  // namespace abv::gemini
