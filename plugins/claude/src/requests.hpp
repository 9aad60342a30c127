#pragma once

#include <string_view>

#include "abv/sdk/dialect.hpp"

// The request side of the dialect: between the API's JSON and the canonical one.
namespace abv::claude {

// Operations "chat" and "count_tokens". Nothing is lost on this way, so `losses` stays silent.
// Throws Failure 400 for a body that is no JSON or malformed, and Stopped ABV_E_UNSUPPORTED for
// other operations.
void decode_request(const sdk::Call& call, sdk::Writer& canonical, sdk::LossSink& losses);

// The other way, for the model and operation of `attempt`.
void encode_request(std::string_view canonical, const sdk::Attempt& attempt, sdk::Outgoing& out,
                    sdk::LossSink& losses);

}  // namespace abv::claude
