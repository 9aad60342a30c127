#include "host/net/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace abv::net {
namespace {

Error invalid(const char* what) {
  return {Error::Code::kInvalid, std::string("URL ") + what};
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), is_host_char);
}

bool is_ipv6_address(std::string_view host) {
  in6_addr address;
  return ::inet_pton(AF_INET6, std::string(host).c_str(), &address) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || stop != end || error != std::errc() || port == 0) {
    return std::nullopt;
  }
  return port;
}

Result<void> parse_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos) {
    return invalid("must not hold a user name or password");
  }
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ipv6_address(text.substr(1, close - 1))) {
      return invalid("has a malformed IPv6 address");
    }
    url.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else {
    url.host = text.substr(0, text.find(':'));
    rest = text.substr(url.host.size());
    if (!is_host_name(url.host)) {
      return invalid("has no valid host name");
    }
  }
  url.port = url.is_https() ? 443 : 80;
  if (rest.empty()) {
    return {};
  }
  const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
  if (!port) {
    return invalid("has a port that is not a number from 1 to 65535");
  }
  url.port = *port;
  return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (!is_printable_ascii(text)) {
    return invalid("holds blanks, control or non-ASCII characters");
  }
  Url url;
  for (const std::string_view scheme : {"http", "https"}) {
    if (text.starts_with(scheme) && text.substr(scheme.size()).starts_with("://")) {
      url.scheme = scheme;
    }
  }
  if (url.scheme.empty()) {
    return invalid("does not start with http:// or https://");
  }
  if (text.find('#') != std::string_view::npos) {
    return invalid("must not have a fragment");
  }
  text.remove_prefix(url.scheme.size() + 3);
  const std::size_t authority = std::min(text.find_first_of("/?"), text.size());
  if (auto parsed = parse_authority(text.substr(0, authority), url); !parsed) {
    return std::move(parsed.error());
  }
  text.remove_prefix(authority);
  const std::size_t mark = text.find('?');
  url.path = text.substr(0, mark);
  url.query = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
  if (url.path.empty()) {
    url.path = "/";
  }
  return url;
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
  const bool needs_brackets = host.find(':') != std::string_view::npos;
  std::string out;
  out.reserve(host.size() + 8);
  if (needs_brackets) out += '[';
  out += host;
  if (needs_brackets) out += ']';
  out += ':';
  out += std::to_string(port);
  return out;
}

}  // namespace abv::net
