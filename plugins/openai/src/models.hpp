#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace abv::openai {

// The neutral model list as OpenAI's, or the one model `only`; nothing when `only` is not in it.
// OpenAI's list has no pages.
std::optional<std::string> encode_models(std::string_view models_json, std::string_view only);

// OpenAI's list as the neutral one. Throws Failure when it is none.
std::string decode_models(std::string_view body);

}  // namespace abv::openai
