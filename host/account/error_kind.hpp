#pragma once

#include <span>
#include <string>
#include <string_view>

#include "host/account/evidence.hpp"

namespace abv::account {

// What is known of an error by its codes and words.
struct ErrorKind {
  Kind kind = Kind::kOther;
  Window window = Window::kUnknown;  // that the code names
  Zone zone;                         // of times in the message that are written without one
  std::string code;                  // the one that decided, or the first
};

// Classifies a failed answer. `codes` are the upstream's words for it, the most telling first, and
// `statements` what was read of limits. Decided by, in this order: a code that means one thing; the
// window of a limit that is used up; words of the message; a code that means many things; the
// status.
ErrorKind classify(int status, std::span<const std::string> codes, std::string_view message,
                   std::span<const Statement> statements);

}  // namespace abv::account
