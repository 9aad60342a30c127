#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"

namespace abv::claude {

// A request of the Messages API (create and count_tokens) as the canonical one. The views of the
// result are of the document that `body` belongs to. Throws Failure 400 for what is malformed:
// no messages, or a known field of another type than it must have. What is not known is kept as
// extras and opaque parts, never refused.
sdk::chat::Request read_request(const sdk::json::Value& body);

}  // namespace abv::claude
