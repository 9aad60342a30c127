#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace abv::net {

// Where a request goes. All are views into the text that was parsed, which has to outlive them.
struct Url {
  std::string_view scheme;  // "http" or "https", in lower case
  std::string_view host;    // without the brackets of an IPv6 address
  std::uint16_t port = 0;   // always set
  std::string_view path;    // starts with a slash
  std::string_view query;   // without the question mark; may be empty

  bool is_https() const { return scheme == "https"; }
  bool is_default_port() const { return port == (is_https() ? 443 : 80); }
  bool is_ipv6() const { return host.find(':') != std::string_view::npos; }
};

// Accepts absolute http and https URLs. Refuses, as kInvalid: other schemes, user names and
// passwords, fragments, blanks, control and non-ASCII characters, ports outside 1 to 65535, host
// names with characters that no host has. The message does not repeat what may be a secret.
Result<Url> parse_url(std::string_view text);

// "host:port", as error messages name an upstream; IPv6 in brackets.
std::string host_and_port(std::string_view host, std::uint16_t port);

}  // namespace abv::net
