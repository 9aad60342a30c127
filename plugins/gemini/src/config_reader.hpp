#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

namespace abv::gemini {

// Reads generationConfig. What has no place in a canonical request becomes an extra with its path
// as key ("generationConfig/speechConfig"). Throws Failure 400 for values of a wrong type.
void read_config(const sdk::json::Value& config, sdk::chat::Request& request,
                 sdk::LossSink& losses);

}  // namespace abv::gemini
