#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/net/http1.hpp"

// What the heads of requests and of answers have in common.
namespace abv::net {

// Reads one header line, without its CRLF, into views of it. kInvalid for what is none: no colon, a
// name that is no token, a folded line, a control character.
Result<void> parse_header_line(std::string_view line, Header& out);

// Is `wanted` one of the elements of a comma-separated list? Any case.
bool has_element(std::string_view list, std::string_view wanted);

// The next element of a comma-separated list, trimmed; `list` becomes what follows.
std::string_view next_element(std::string_view& list);

// Text from outside, cut and made printable for an error message.
std::string quoted(std::string_view text);

}  // namespace abv::net
