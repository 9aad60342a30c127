#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

// The probabilities of tokens in the older completions, which stand in parallel arrays there.
namespace abv::openai {

// {"tokens","token_logprobs","top_logprobs"} as an event's array of {"token","logprob","bytes",
// "top_logprobs"}.
std::string read_completion_logprobs(const sdk::json::Value& logprobs);

// The other way: an object that `entries`, a JSON array, are written to. `offset` is how many
// characters of text stand before the first token; it is moved on.
void write_completion_logprobs(sdk::json::Writer& out, std::string_view entries,
                               std::size_t& offset);

}  // namespace abv::openai
