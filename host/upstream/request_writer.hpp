#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/secret.hpp"
#include "host/upstream/exchange.hpp"

namespace abv::upstream {

// How the request line and the headers about the connection are to be written.
struct HeadStyle {
  bool is_absolute = false;                     // as a proxy for plain http wants it
  const Secret* proxy_authorization = nullptr;  // null for none
  std::optional<std::uint64_t> length;          // content-length, if there is to be one
  bool is_chunked = false;
};

// kInvalid when method, a header name or a value could break out of its place.
Result<void> check_request(const Request& request);

// Replaces `out` by the head of the request, to its empty line.
void write_head(std::string& out, const Request& request, const HeadStyle& style);

}  // namespace abv::upstream
