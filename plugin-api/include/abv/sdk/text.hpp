// Small functions over text: views of the ABI, header names, percent-encoding, UTF-8, hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/abi/base.h"

namespace abv::sdk {
inline namespace v1 {

// The bytes of an ABI view. Lives as long as the ABI view does.
inline std::string_view view(abv_str text) noexcept {
  return {text.ptr, text.len};
}

// An ABI view of `text`, which must outlive it.
inline abv_str str(std::string_view text) noexcept {
  return {text.data(), text.size()};
}

inline char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Equal without regard to ASCII case, as header names compare.
inline bool iequals(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

// Without spaces and tabs at both ends.
inline std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The value of a hexadecimal digit, or -1.
inline int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Undoes percent-encoding. A "%" without two digits after it stays as it is. "+" is no space.
inline std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

// The first value of `name` in a query ("a=1&b=2"), decoded; nothing when it is absent.
inline std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (percent_decode(pair.substr(0, equals)) == name) {
      return equals == std::string_view::npos ? std::string{}
                                              : percent_decode(pair.substr(equals + 1));
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return std::nullopt;
}

// The length of the well-formed UTF-8 sequence at the start of `text`, or 0 when there is none.
inline std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (text.empty()) return 0;
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first <= 0xDFU) return follows(1) ? 2 : 0;
  if (first >= 0xE0U && first <= 0xEFU) {
    const bool overlong = first == 0xE0U && byte(1) < 0xA0U;
    const bool surrogate = first == 0xEDU && byte(1) > 0x9FU;
    return !overlong && !surrogate && follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    const bool overlong = first == 0xF0U && byte(1) < 0x90U;
    const bool beyond = first == 0xF4U && byte(1) > 0x8FU;
    return !overlong && !beyond && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

// Appends a code point as UTF-8; a surrogate becomes U+FFFD.
inline void append_utf8(std::string& out, std::uint32_t code) {
  if (code >= 0xD800U && code <= 0xDFFFU) code = 0xFFFDU;
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80U) return put(code);
  if (code < 0x800U) {
    put(0xC0U | (code >> 6U));
    return put(0x80U | (code & 0x3FU));
  }
  if (code < 0x10000U) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    return put(0x80U | (code & 0x3FU));
  }
  put(0xF0U | (code >> 18U));
  put(0x80U | ((code >> 12U) & 0x3FU));
  put(0x80U | ((code >> 6U) & 0x3FU));
  put(0x80U | (code & 0x3FU));
}

// FNV-1a of 64 bits: small, and the same on every machine. Not against people who mean harm. Goes
// on from `hash`, so that a text may come in pieces.
constexpr std::uint64_t fnv1a(std::string_view bytes,
                              std::uint64_t hash = 14695981039346656037U) noexcept {
  for (const char c : bytes)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

// The 16 hexadecimal digits of a number.
inline std::string hex(std::uint64_t number) {
  std::string digits;
  for (unsigned shift = 64; shift > 0; shift -= 4)
    digits.push_back("0123456789abcdef"[number >> (shift - 4) & 0xFU]);
  return digits;
}

}  // namespace v1
}  // namespace abv::sdk
