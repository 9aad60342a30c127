#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace abv {

// Appends `text` as a JSON string with its quotes. Bytes that are not valid UTF-8 become U+FFFD, so
// that the result is always legal JSON.
void append_json_string(std::string& out, std::string_view text);

std::string json_string(std::string_view text);

// Where the first byte stands that is not valid UTF-8 (RFC 3629), or npos.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace abv
