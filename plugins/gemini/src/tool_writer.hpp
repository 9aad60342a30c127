#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "model_traits.hpp"

namespace abv::gemini {

// True when the request has tools that this API can be told of.
bool has_tools(const sdk::chat::Request& request);

// Writes the members tools and toolConfig of a request body, where there is something in them, and
// reports what is lost.
void write_tools(const sdk::chat::Request& request, const ModelTraits& model,
                 sdk::json::Writer& out, sdk::LossSink& losses);

}  // namespace abv::gemini
