#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"
#include "responses_input.hpp"
#include "stored_responses.hpp"

// What a request refers to instead of saying it: a response to go on from.
namespace abv::openai {

// Puts the turns up to `previous_response_id` before the input. What only the upstream can know
// stays a field of this dialect, where the upstream speaks it; elsewhere it throws Failure 400, as
// the request would be sent without its history.
void read_past(sdk::chat::Request& request, ResponsesInput& input, const sdk::json::Value& body,
               StoredResponses& stored, const Place& root);

// Has the response kept unless the client wants it otherwise, with what the client says of it. An
// upstream need not keep it then, but has to give out its reasoning.
void keep_response(sdk::chat::Request& request, const sdk::json::Value& body,
                   StoredResponses& stored);

// True for a request whose response this host keeps.
bool is_kept(const sdk::chat::Request& request);

}  // namespace abv::openai
