#pragma once

#include <string>
#include <string_view>

#include "host/config/value.hpp"

namespace abv::config {

// True for a number as JSON writes it: no leading zeros, no plus sign, no bare point.
bool is_json_number(std::string_view text);

// Reads a plain scalar: true, false, null (also capitalised, ~ and the empty text), and numbers as
// JSON writes them. Everything else is a string, so that `yes`, `on`, `0123` and `0x1f` keep their
// text. An integer that does not fit 64 bits becomes a double that keeps its digits.
Value read_plain_scalar(const std::string& text);

}  // namespace abv::config
