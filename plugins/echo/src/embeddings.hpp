#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

namespace echo {

// The answer to an embeddings request of the OpenAI API: for every input a vector of length one
// that depends on the input's bytes alone. Throws abv::sdk::Failure when there is no usable input.
std::string embed(const abv::sdk::json::Value& request, std::string_view model);

}  // namespace echo
