#pragma once

#include <string>
#include <string_view>

namespace abv::codex {

// The body of a Responses request as ChatGPT's backend takes it, which is less than what the API
// takes: it is streamed and not stored, has instructions, a list as input, no system messages in
// it, and none of the options that the backend refuses and that only tune an answer. Options
// without which the answer would be another one (previous_response_id, background, …) stay, and
// the backend's refusal is the client's answer. A body that is no JSON object stays as it is.
//
// `model` is put in place of the body's; `instructions` are those for a request without any.
std::string chatgpt_body(std::string_view body, std::string_view model,
                         std::string_view instructions);

}  // namespace abv::codex
