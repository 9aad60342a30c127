#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"

namespace abv::claude {

// Writes the canonical request as one that the Messages API accepts, for the operation and model of
// `attempt`: path and body. What the API or the model does not take is reported.
void write_request(const sdk::chat::Request& request, const sdk::Attempt& attempt,
                   sdk::Outgoing& out, sdk::LossSink& losses);

}  // namespace abv::claude
