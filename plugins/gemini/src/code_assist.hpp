#pragma once

#include "abv/sdk/provider.hpp"

// Code Assist: the Gemini API's requests and answers in an envelope, on other paths. Its answers
// are read by the dialect's decoder.
namespace abv::gemini::code_assist {

// Makes a request to the Gemini API of `attempt` one to Code Assist at `base_url`, with the project
// of the attempt's account, where it has one.
void prepare(const sdk::Attempt& attempt, std::string_view base_url, sdk::Outgoing& out);

// The digest of ABV_OP_QUOTA. ABV_E_INVALID when the answer is no JSON.
abv_status write_quota(const sdk::Answer& answer, sdk::Writer& out);

}  // namespace abv::gemini::code_assist
