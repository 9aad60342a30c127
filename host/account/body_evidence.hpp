#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/account/evidence.hpp"

namespace abv::account {

// What a body says of an error.
struct BodyEvidence {
  bool has_error = false;          // there is an error object, or what stands for one
  int status = 0;                  // that it names, 400 to 599; 0 when it names none
  std::string message;             // as it was written; the whole body when there is no JSON in it
  std::vector<std::string> codes;  // the upstream's words for it, the most telling first
  std::vector<Statement> statements;
};

// Reads an error in any of the shapes that upstreams have: an object, an array of one, an event of
// a stream, the root itself, or JSON in the string of a message. A body that is cut off or no JSON
// is a message.
BodyEvidence read_body(std::string_view body, std::int64_t now_unix_ms);

}  // namespace abv::account
