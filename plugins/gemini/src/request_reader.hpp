#pragma once

#include <string>

#include "abv/sdk/dialect.hpp"

namespace abv::gemini {

// A request of the Gemini API as the canonical request (chat/1): generateContent,
// streamGenerateContent, and countTokens in both of its forms. Names may be in camel or snake case.
// Model and stream flag are those of the call, because they stand in its path. Throws Failure 400
// when the body is malformed.
std::string read_request(const sdk::Call& call, sdk::LossSink& losses);

}  // namespace abv::gemini
