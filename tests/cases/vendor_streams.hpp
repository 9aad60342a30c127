#pragma once

#include <string>
#include <vector>

#include "tests/cases/json_tree.hpp"
#include "tests/cases/vendor.hpp"

namespace abv::cases {

// How vendors stream: from a whole answer the frames in which it comes, as their API references
// describe them. Texts and arguments come in three pieces. Each frame is what stands in `data:`.
std::vector<Json> chat_frames(const Json& answer);
std::vector<Json> responses_frames(const Json& answer);
std::vector<Json> claude_frames(const Json& answer);
std::vector<Json> gemini_frames(const Json& answer);
std::vector<Json> frames_of(const Vendor& vendor, const Json& answer);

// Each frame as the bytes that the vendor sends for it; with OpenAI's chat, "[DONE]" at the end.
std::vector<std::string> sse_of(const Vendor& vendor, const std::vector<Json>& frames);

// The text in three pieces, cut between characters. A short text gives fewer; an empty one none.
std::vector<std::string> pieces_of(const std::string& text);

}  // namespace abv::cases
