#include "browser_guard.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"

namespace auth {
namespace {

namespace sdk = abv::sdk;

[[noreturn]] void refuse(std::string message) {
  throw sdk::Failure{403, "forbidden_origin", std::move(message)};
}

// "localhost:8045" gives "localhost", "[::1]:8045" gives "::1", a malformed one nothing.
std::string_view without_port(std::string_view authority) {
  if (authority.substr(0, 1) != "[") return authority.substr(0, authority.find(':'));
  const auto close = authority.find(']');
  if (close == std::string_view::npos) return {};
  const std::string_view rest = authority.substr(close + 1);
  return rest.empty() || rest.front() == ':' ? authority.substr(1, close - 1) : std::string_view();
}

bool is_octet(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && text.size() <= 3 &&
         number <= 255;
}

// 127.0.0.0/8 in its usual form of four decimal numbers.
bool is_loopback_address(std::string_view host) {
  if (host == "::1") return true;
  if (host.substr(0, 4) != "127.") return false;
  std::size_t octets = 0;
  while (true) {
    const auto dot = host.find('.');
    if (!is_octet(host.substr(0, dot))) return false;
    ++octets;
    if (dot == std::string_view::npos) return octets == 4;
    host.remove_prefix(dot + 1);
  }
}

// The host[:port] of an origin; empty for "null" and everything else without one.
std::string_view authority_of(std::string_view origin) {
  const auto scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos ? std::string_view() : origin.substr(scheme_end + 3);
}

}  // namespace

BrowserGuard::BrowserGuard(std::string listen_host, std::vector<std::string> allowed_hosts)
    : known_(std::move(allowed_hosts)) {
  if (!listen_host.empty()) known_.push_back(std::move(listen_host));
}

void BrowserGuard::check(const sdk::Call& call) const {
  for (const abv_header& header : call.headers()) {
    const std::string_view value = sdk::trim(sdk::view(header.value));
    if (sdk::iequals(sdk::view(header.name), "host") && !is_known_host(value)) {
      refuse(
          "the host name \"" + std::string(value) +
          "\" is not one of this proxy's; allow it with allowed_hosts of the auth middleware, or "
          "turn on an API key");
    }
  }
  const std::string_view host = sdk::trim(call.header("host").value_or(""));
  const std::optional<std::string_view> origin = call.header("origin");
  const std::string_view origin_authority = authority_of(sdk::trim(origin.value_or("")));
  if (origin && (origin_authority.empty() || !sdk::iequals(origin_authority, host))) {
    refuse("web pages of \"" + std::string(*origin) +
           "\" may not use this proxy while it asks for no API key");
  }
  if (sdk::iequals(sdk::trim(call.header("sec-fetch-site").value_or("")), "cross-site")) {
    refuse("web pages of other sites may not use this proxy while it asks for no API key");
  }
}

bool BrowserGuard::is_known_host(std::string_view authority) const {
  const std::string_view host = without_port(authority);
  if (sdk::iequals(host, "localhost") || is_loopback_address(host)) return true;
  return std::any_of(known_.begin(), known_.end(), [&](const std::string& known) {
    return sdk::iequals(known, authority) || sdk::iequals(known, host);
  });
}

}  // namespace auth
