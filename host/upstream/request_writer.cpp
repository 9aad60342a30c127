#include "host/upstream/request_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace abv::upstream {
namespace {

// What the exchange decides itself, by length of the name so that most headers cost one comparison.
bool is_ours(std::string_view name) {
  const auto is = [name](std::string_view other) { return net::equal_ignoring_case(name, other); };
  switch (name.size()) {
    case 2:
      return is("te");
    case 4:
      return is("host");
    case 6:
      return is("expect");
    case 7:
      return is("upgrade") || is("trailer");
    case 10:
      return is("connection") || is("keep-alive");
    case 14:
      return is("content-length");
    case 16:
      return is("proxy-connection");
    case 17:
      return is("transfer-encoding");
    case 19:
      return is("proxy-authorization");
    default:
      return false;
  }
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.data(), end);
}

void append_host(std::string& out, const net::Url& url) {
  const bool is_ipv6 = url.is_ipv6();
  if (is_ipv6) out += '[';
  out += url.host;
  if (is_ipv6) out += ']';
  if (url.is_default_port()) return;
  out += ':';
  append_number(out, url.port);
}

}  // namespace

Result<void> check_request(const Request& request) {
  if (!net::is_token(request.method)) {
    return Error{Error::Code::kInvalid, "request method is not a token"};
  }
  for (const net::Header& header : request.headers) {
    if (!net::is_token(header.name)) {
      return Error{Error::Code::kInvalid, "a request header's name is not a token"};
    }
    if (!net::is_field_value(header.value)) {
      return Error{Error::Code::kInvalid,
                   "request header " + std::string(header.name) + " holds control characters"};
    }
  }
  return {};
}

void write_head(std::string& out, const Request& request, const HeadStyle& style) {
  out.clear();
  out.append(request.method).append(" ");
  if (style.is_absolute) {
    out += "http://";
    append_host(out, request.url);
  }
  out += request.url.path;
  if (!request.url.query.empty()) {
    out.append("?").append(request.url.query);
  }
  out += " HTTP/1.1\r\nhost: ";
  append_host(out, request.url);
  for (const net::Header& header : request.headers) {
    if (is_ours(header.name)) continue;
    out.append("\r\n").append(header.name).append(": ").append(header.value);
  }
  if (style.proxy_authorization != nullptr) {
    out.append("\r\nproxy-authorization: ").append(style.proxy_authorization->reveal());
  }
  if (style.is_chunked) {
    out += "\r\ntransfer-encoding: chunked";
  } else if (style.length) {
    out += "\r\ncontent-length: ";
    append_number(out, *style.length);
  }
  out += "\r\n\r\n";
}

}  // namespace abv::upstream
