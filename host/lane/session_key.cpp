#include "host/lane/session_key.hpp"

#include <simdjson.h>

#include <charconv>
#include <cstdint>

#include "abv/sdk/text.hpp"
#include "host/lane/json_parsers.hpp"

namespace abv::lane {
namespace {

namespace ondemand = simdjson::ondemand;

// The start of a prompt tells conversations apart; its whole length costs time with every call.
constexpr std::size_t kReadBytes = 4096;

constexpr std::size_t kMostKeyBytes = 256;

// The JSON text at a dotted path of member names and positions; empty when it is not there.
std::string_view raw_at(ondemand::document& document, std::string_view path) {
  document.rewind();
  ondemand::value value;
  bool is_first = true;
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(step.size() < path.size() ? step.size() + 1 : step.size());
    std::size_t position = 0;
    const auto read = std::from_chars(step.data(), step.data() + step.size(), position);
    const bool is_position = read.ec == std::errc() && read.ptr == step.data() + step.size();
    ondemand::value next;
    simdjson::error_code error = simdjson::SUCCESS;
    if (is_first) {
      error = document.find_field_unordered(step).get(next);
    } else if (is_position) {
      ondemand::array array;
      error = value.get_array().get(array);
      error = error ? error : array.at(position).get(next);
    } else {
      error = value.find_field_unordered(step).get(next);
    }
    if (error) {
      return {};
    }
    value = next;
    is_first = false;
  }
  ondemand::json_type type;
  if (value.type().get(type)) {
    return {};
  }
  std::string_view raw;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (value.get_object().get(object) || object.raw_json().get(raw)) {
      return {};
    }
    return raw;
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (value.get_array().get(array) || array.raw_json().get(raw)) {
      return {};
    }
    return raw;
  }
  return type == ondemand::json_type::null ? std::string_view() : value.raw_json_token();
}

std::string from_headers(const Call& call, const plugin::SessionSigns& signs) {
  for (const std::string& header : signs.headers) {
    if (const std::string_view value = call.request().header(header); !value.empty()) {
      return std::string(value.substr(0, kMostKeyBytes));
    }
  }
  return {};
}

std::string from_body(const Call& call, const plugin::SessionSigns& signs) {
  const std::string_view text = call.body().text();
  if (text.empty() || (signs.fields.empty() && signs.begin.empty())) {
    return {};
  }
  const LoanedParser parser;
  ondemand::document document;
  const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + Body::kPadding);
  if ((*parser).iterate(padded).get(document)) {
    return {};
  }
  for (const std::string& field : signs.fields) {
    if (const std::string_view raw = raw_at(document, field); raw.size() > 2) {
      return std::string(raw.substr(0, kMostKeyBytes));
    }
  }
  std::uint64_t digest = sdk::fnv1a({});  // the same after a restart
  bool is_told = false;
  for (const std::string& field : signs.begin) {
    const std::string_view raw = raw_at(document, field).substr(0, kReadBytes);
    digest = sdk::fnv1a("\xff", sdk::fnv1a(raw, digest));  // no text holds the byte 0xff
    is_told |= !raw.empty();
  }
  return is_told ? sdk::hex(digest) : std::string();
}

}  // namespace

std::string session_key(Call& call, const plugin::SessionSigns& signs) {
  std::string key = from_headers(call, signs);
  if (key.empty()) {
    key = from_body(call, signs);
  }
  return key.empty() ? key : std::string(call.get("principal")) + '\n' + key;
}

}  // namespace abv::lane
