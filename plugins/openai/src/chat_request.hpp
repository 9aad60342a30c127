#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

// Requests of Chat Completions. Extras and opaque parts stand under the name "openai-chat".
namespace abv::openai {

// The call's body as a canonical request, whose views are of `call`, which the caller keeps; the
// body is parsed into `document`. Throws Failure 400 for what is malformed.
//
// A field inside one of the wire's inner objects stands in the extras with the object's name
// before it: "function.foo".
sdk::chat::Request read_chat_request(const sdk::Call& call, sdk::json::Document& document,
                                     sdk::LossSink& losses);

// POST /v1/chat/completions with what the request says, for the model of `attempt`. What OpenAI's
// own models refuse is left out for them alone; they are told by the model's name.
void write_chat_request(const sdk::chat::Request& request, const sdk::Attempt& attempt,
                        sdk::Outgoing& out, sdk::LossSink& losses);

}  // namespace abv::openai
