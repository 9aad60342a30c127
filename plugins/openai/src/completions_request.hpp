#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

// Requests of the older completions. Extras stand under the name "openai-completions".
namespace abv::openai {

// The call's body as a canonical request: its prompt is one user message. Views and `document` are
// as for read_chat_request. Throws Failure 400 for what is malformed, and for several prompts and
// prompts of tokens, which no conversation can express.
sdk::chat::Request read_completions_request(const sdk::Call& call, sdk::json::Document& document,
                                            sdk::LossSink& losses);

}  // namespace abv::openai
