#pragma once

#include <string_view>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"

// The options of a chat request, read.
namespace abv::openai {

// An option that is one number, flag or word: temperature, seed, user, …. Chat and completions
// share them. False when `key` is none.
bool read_option(sdk::chat::Request& request, std::string_view key, const sdk::json::Value& value,
                 const Place& place);

// One sequence or an array of them.
void read_stop(sdk::chat::Request& request, const sdk::json::Value& stop, const Place& place);

void read_response_format(sdk::chat::Request& request, const sdk::json::Value& format,
                          const Place& place);

// How much to think, as gateways for many models ask for it: {"effort","max_tokens","enabled",
// "exclude"}.
void read_reasoning(sdk::chat::Request& request, const sdk::json::Value& reasoning,
                    const Place& place);

// The same in the words of other vendors' models: {"type":"enabled","budget_tokens"}.
void read_thinking(sdk::chat::Request& request, const sdk::json::Value& thinking,
                   const Place& place);

// include_usage is the encoder's, which reads it from the client's body itself.
void read_stream_options(sdk::chat::Request& request, const sdk::json::Value& options,
                         const Place& place);

}  // namespace abv::openai
