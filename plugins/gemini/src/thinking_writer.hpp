#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "model_traits.hpp"

namespace abv::gemini {

// Writes the member thinkingConfig of generationConfig, unless it is empty: a budget for 2.5, a
// level for 3.x, and for names that tell nothing whichever the client said.
void write_thinking(const sdk::chat::Request& request, const ModelTraits& model,
                    sdk::json::Writer& out, sdk::LossSink& losses);

}  // namespace abv::gemini
