#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"

namespace abv::openai {

// Adds chat messages to the request. A tool's message becomes a user message with one result; a
// message of a role that is not known, one with its own words under the name kWholeMessage.
void read_messages(sdk::chat::Request& request, const sdk::json::Value& messages,
                   const Place& place);

}  // namespace abv::openai
