#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "model_traits.hpp"

namespace abv::gemini {

// Writes the member generationConfig of a request body, unless it is empty, and reports what is
// lost.
void write_config(const sdk::chat::Request& request, const ModelTraits& model,
                  sdk::json::Writer& out, sdk::LossSink& losses);

}  // namespace abv::gemini
