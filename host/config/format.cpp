#include "host/config/format.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "host/config/quantity.hpp"

namespace abv::config {
namespace {

bool is_port(std::string_view text) {
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  return !text.empty() && read.ec == std::errc() && read.ptr == end && port >= 1 && port <= 65535;
}

bool is_ip(std::string_view text) {
  const std::string copy(text);
  in_addr v4{};
  in6_addr v6{};
  return inet_pton(AF_INET, copy.c_str(), &v4) == 1 || inet_pton(AF_INET6, copy.c_str(), &v6) == 1;
}

bool is_host_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

// "name", "127.0.0.1" or "[::1]", with ":port" behind it or, unless `needs_port`, without.
bool is_authority(std::string_view text, bool needs_port) {
  std::string_view host = text;
  std::string_view port;
  const std::size_t host_end = text.starts_with('[') ? text.find(']') : 0;
  if (host_end == std::string_view::npos) {
    return false;
  }
  const std::size_t colon = text.find(':', host_end);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (colon == std::string_view::npos ? needs_port : !is_port(port)) {
    return false;
  }
  if (host.starts_with('[')) {
    return host.ends_with(']') && host.find(':') != std::string_view::npos &&
           is_ip(host.substr(1, host.size() - 2));
  }
  return is_host_name(host);
}

bool has_blank_or_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

// What follows "http://" or "https://", or nothing when the text starts otherwise.
std::string_view after_scheme(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text.starts_with(scheme)) {
      return text.substr(scheme.size());
    }
  }
  return {};
}

bool is_uri(std::string_view text) {
  const std::string_view rest = after_scheme(text);
  return !has_blank_or_control(rest) &&
         is_authority(rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size())), false);
}

bool is_proxy(std::string_view text) {
  if (text.empty()) {
    return true;
  }
  if (!text.starts_with("http://") || has_blank_or_control(text)) {
    return false;
  }
  std::string_view rest = after_scheme(text);
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    rest.remove_prefix(at + 1);
  }
  if (rest.ends_with('/')) {
    rest.remove_suffix(1);
  }
  return is_authority(rest, true);
}

}  // namespace

std::optional<Format> format_from(std::string_view name) {
  struct Row {
    std::string_view name;
    Format format;
  };
  static constexpr Row kRows[] = {
      {"uri", Format::kUri},       {"proxy", Format::kProxy}, {"duration", Format::kDuration},
      {"size", Format::kSize},     {"ip", Format::kIp},       {"hostport", Format::kHostPort},
      {"secret", Format::kSecret},
  };
  for (const Row& row : kRows) {
    if (row.name == name) {
      return row.format;
    }
  }
  return std::nullopt;
}

bool has_format(Format format, std::string_view text) {
  switch (format) {
    case Format::kNone:
    case Format::kSecret:
      return true;
    case Format::kUri:
      return is_uri(text);
    case Format::kProxy:
      return is_proxy(text);
    case Format::kDuration:
      return parse_duration(text).ok();
    case Format::kSize:
      return parse_size(text).ok();
    case Format::kIp:
      return is_ip(text);
    case Format::kHostPort:
      return is_authority(text, true);
  }
  return false;
}

const char* format_form(Format format) {
  switch (format) {
    case Format::kNone:
    case Format::kSecret:
      return nullptr;
    case Format::kUri:
      return "an http or https URL";
    case Format::kProxy:
      return "a proxy as http://[user:password@]host:port, or nothing";
    case Format::kDuration:
      return kDurationForm;
    case Format::kSize:
      return kSizeForm;
    case Format::kIp:
      return "an IP address";
    case Format::kHostPort:
      return "host:port";
  }
  return nullptr;
}

}  // namespace abv::config
