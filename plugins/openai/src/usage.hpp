#pragma once

#include <string_view>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::openai {

// Reads a usage object in any of OpenAI's spellings: prompt_tokens and completion_tokens (chat,
// completions, embeddings), or input_tokens and output_tokens (responses, images, audio). OpenAI
// counts cached tokens as input and reasoning as output; servers whose total shows that they count
// reasoning beside the output are corrected.
abv_usage read_usage(const sdk::json::Value& usage);

// Writes the usage object of chat and completions, with what is not known as 0.
void write_chat_usage(sdk::json::Writer& json, const abv_usage& counts);

// Writes the usage object of responses.
void write_response_usage(sdk::json::Writer& json, const abv_usage& counts);

}  // namespace abv::openai
