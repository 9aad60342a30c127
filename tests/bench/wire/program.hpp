#pragma once

#include <string_view>

namespace abv::bench {

// Writes "<program>: <message>" to stderr and ends the program with code 2. For what makes a
// measurement impossible (a bad option, no port); what a call can meet is counted instead.
[[noreturn]] void die(std::string_view message);

// The same, followed by the text of errno.
[[noreturn]] void die_errno(std::string_view what);

}  // namespace abv::bench
