#pragma once

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::gemini {

// Reads usageMetadata. Gemini counts the tokens of thoughts beside those of the candidates, and
// those of tool results beside those of the prompt; cached tokens are part of the prompt.
abv_usage read_usage(const sdk::json::Value& metadata);

// Writes usageMetadata, with what is not known left out.
void write_usage(sdk::json::Writer& json, const abv_usage& counts);

}  // namespace abv::gemini
