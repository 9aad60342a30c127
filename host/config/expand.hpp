#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/environment.hpp"

namespace abv::config {

struct Expansion {
  std::string text;
  std::vector<std::string> variables;  // those that gave text, in order, without repeats
  bool is_single = false;              // the whole text was exactly one ${…}
};

// Replaces, as a shell does:
//   ${NAME}            the variable; an error when it is not set
//   ${NAME:-default}   the default when the variable is not set or empty; may hold further ${…}
//   ${NAME:?message}   an error with the message when the variable is not set or empty
//   $$                 one dollar sign
// A dollar sign before anything else stays as it is. The text of a variable is never expanded
// again.
Result<Expansion> expand(std::string_view text, const Environment& environment);

}  // namespace abv::config
