#include "host/net/header_line.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace abv::net {
namespace {

// Many headers are looked at many times in a call, so the loops below take eight characters at a
// time.
constexpr std::uint64_t kEach = 0x0101010101010101u;
constexpr std::uint64_t kTopBits = 0x80 * kEach;
constexpr std::size_t kWord = sizeof(std::uint64_t);

std::uint64_t load(const char* text, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, size);
  return word;
}

// Lower-cases each byte that is an ASCII letter.
std::uint64_t lower(std::uint64_t word) {
  const std::uint64_t low_bits = word & ~kTopBits;
  const std::uint64_t from_a = low_bits + (0x80 - 'A') * kEach;
  const std::uint64_t above_z = low_bits + (0x80 - 'Z' - 1) * kEach;
  const std::uint64_t is_upper = from_a & ~above_z & ~word & kTopBits;
  return word | (is_upper >> 2);
}

// Is one of the bytes below a blank, or DEL? Tabs count too.
bool may_hold_control(std::uint64_t word) {
  const std::uint64_t low_bits = word & ~kTopBits;
  const std::uint64_t from_blank = low_bits + (0x80 - ' ') * kEach;
  const std::uint64_t is_delete = low_bits + kEach;
  return ((~from_blank | is_delete) & ~word & kTopBits) != 0;
}

bool holds_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
  });
}

// By character code: may it stand in a header name?
constexpr std::array<bool, 256> kTokenChars = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

}  // namespace

bool same_ignoring_case(const char* a, const char* b, std::size_t size) {
  if (size < kWord) {
    return lower(load(a, size)) == lower(load(b, size));
  }
  std::size_t at = 0;
  for (; at + kWord < size; at += kWord) {
    if (lower(load(a + at, kWord)) != lower(load(b + at, kWord))) return false;
  }
  // The last word, which overlaps the one before.
  return lower(load(a + size - kWord, kWord)) == lower(load(b + size - kWord, kWord));
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kTokenChars[static_cast<unsigned char>(c)];
  });
}

bool is_field_value(std::string_view text) {
  for (; text.size() >= kWord; text.remove_prefix(kWord)) {
    if (may_hold_control(load(text.data(), kWord)) && holds_control(text.substr(0, kWord))) {
      return false;
    }
  }
  return !holds_control(text);
}

Result<void> parse_header_line(std::string_view line, Header& out) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return Error{Error::Code::kInvalid, "malformed header line " + quoted(line)};
  }
  out = {line.substr(0, colon), trim(line.substr(colon + 1))};
  if (!is_field_value(out.value)) {
    return Error{Error::Code::kInvalid, "control character in header " + quoted(out.name)};
  }
  return {};
}

std::string_view next_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return element;
}

bool has_element(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    if (equal_ignoring_case(next_element(list), wanted)) return true;
  }
  return false;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string out = "\"";
  for (const char c : text.substr(0, kShown))
    out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > kShown ? "…\"" : "\"");
}

}  // namespace abv::net
