#pragma once

#include <string>
#include <string_view>

namespace abv::openai {

// A language as verbose_json has it, "english", from its code ("en", "en-US"); what is no code that
// OpenAI's models know stays as it is.
std::string language_name(std::string_view code);

}  // namespace abv::openai
