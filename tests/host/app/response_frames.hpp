#pragma once

#include <string>
#include <string_view>
#include <vector>

// Frames of OpenAI's Responses API, as ChatGPT's backend streams them.
namespace abv::test {

// A whole answer of that text, with 7 tokens of input and 3 of output.
std::vector<std::string> response_frames(std::string_view text);

// The frames in one text.
std::string joined(const std::vector<std::string>& frames);

}  // namespace abv::test
