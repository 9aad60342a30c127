#pragma once

#include <string_view>

#include "abv/sdk/dialect.hpp"

// Calls about a response that the host keeps: GET and DELETE /v1/responses/{id}, its cancellation,
// and the list of its input items.
namespace abv::openai {

inline constexpr std::string_view kStoredOperation = "responses.stored";

// Writes the answer: a JSON document, or the events of the response where the call wants a stream.
// Throws Failure 404 for a response that is not kept here, with ABV_E_NOT_FOUND when it may be one
// of the upstream's.
void answer_stored_call(const sdk::Call& call, sdk::Writer& out);

}  // namespace abv::openai
