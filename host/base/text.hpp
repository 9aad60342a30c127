#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace abv {

// ASCII letters in lower case, all else as it is.
std::string lower(std::string_view text);

// `text`, filled up with spaces to `width` characters; at least one follows a longer one. For
// tables.
std::string padded(const std::string& text, std::size_t width);

// A point in time for people, in UTC to the second, as RFC 3339 writes it.
std::string time_text(std::int64_t unix_ms);

}  // namespace abv
