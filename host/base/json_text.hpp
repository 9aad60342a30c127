#pragma once

#include <string>
#include <string_view>

namespace abv {

// Appends `text` as a JSON string with its quotes. Bytes that are not valid UTF-8 become U+FFFD, so
// that the result is always legal JSON.
void append_json_string(std::string& out, std::string_view text);

std::string json_string(std::string_view text);

}  // namespace abv
