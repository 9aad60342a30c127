#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

namespace abv::gemini {

// logprobsResult as the entries of a LOGPROBS event; empty when it has none.
std::string read_logprobs(const sdk::json::Value& result);

// The other way. `entries` is a JSON array; what is no array gives an empty result.
void write_logprobs(std::string_view entries, sdk::json::Writer& out);

}  // namespace abv::gemini
