#pragma once

#include <string>
#include <string_view>

namespace abv::plugin {

// SHA-256 as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

bool is_sha256_hex(std::string_view text);

}  // namespace abv::plugin
