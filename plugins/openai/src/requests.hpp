#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

// The wire format of a request follows from its operation: one dialect, three of them.
namespace abv::openai {

// The body of a "chat", "completions" or "responses" call, of "count_tokens", which counts a
// responses request, or of "responses.compact", as a canonical request, whose views are of `call`
// and `document`. Throws Failure 400 for what is malformed, and Stopped ABV_E_UNSUPPORTED for other
// operations.
sdk::chat::Request read_request(const sdk::Call& call, sdk::json::Document& document,
                                sdk::LossSink& losses);

// A request for the operation of `attempt`: "responses", "count_tokens", or "chat", which is also
// what a "completions" call becomes. Throws Stopped ABV_E_UNSUPPORTED for other operations.
void write_request(const sdk::chat::Request& request, const sdk::Attempt& attempt,
                   sdk::Outgoing& out, sdk::LossSink& losses);

}  // namespace abv::openai
