#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace abv::test {

// A reader of JSON that goes byte by byte and knows no tricks, to hold the SDK's own to. Gives all
// values and names in the order of the text, one a line, each with its depth; values with their
// place ("2 7..12 string abc"), strings and names ("2 name abc") without escapes. Nothing for what
// RFC 8259 forbids, and for more than 256 levels.
std::optional<std::string> read_plainly(std::string_view text);

}  // namespace abv::test
