#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

// Requests of the Responses API. Extras and opaque parts stand under the name "openai-responses".
namespace abv::openai {

// The call's body as a canonical request, whose views are of `call`, which the caller keeps; the
// body is parsed into `document`. Throws Failure 400 for what is malformed, and for `background`,
// which needs a response that outlives its call.
sdk::chat::Request read_responses_request(const sdk::Call& call, sdk::json::Document& document,
                                          sdk::LossSink& losses);

// POST /v1/responses with what the request says, for the model of `attempt`; for its operation
// "count_tokens", POST /v1/responses/input_tokens with what of it can be counted.
void write_responses_request(const sdk::chat::Request& request, const sdk::Attempt& attempt,
                             sdk::Outgoing& out, sdk::LossSink& losses);

}  // namespace abv::openai
