// How signatures find their way back to the one who made them.
//
// Thinking signatures and encrypted reasoning are opaque and hold for one family of models only.
// When an answer goes to a client of another dialect that has a place for them, the host wraps
// them, so that the next request tells where they came from, and they are neither lost nor sent to
// an upstream that would refuse them. The wrapped form is base64 itself, because some clients
// decode it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

// Fast on purpose: whole pictures and sounds go through it.
inline std::string base64_encode(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data();
  const auto byte = [&](std::size_t at) -> std::uint32_t {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
  };
  std::size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3) {
    const std::uint32_t group = byte(at) << 16U | byte(at + 1) << 8U | byte(at + 2);
    *to++ = kDigits[group >> 18U];
    *to++ = kDigits[group >> 12U & 63U];
    *to++ = kDigits[group >> 6U & 63U];
    *to++ = kDigits[group & 63U];
  }
  if (at == bytes.size()) return out;
  const std::uint32_t group = byte(at) << 16U | byte(at + 1) << 8U;
  *to++ = kDigits[group >> 18U];
  *to++ = kDigits[group >> 12U & 63U];
  if (at + 2 == bytes.size()) *to = kDigits[group >> 6U & 63U];
  return out;
}

// Standard and URL-safe digits, with or without padding; nothing when it is no base64.
inline std::optional<std::string> base64_decode(std::string_view text) {
  while (text.ends_with('='))
    text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  const auto digit = [](char c) -> int {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
  };
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = digit(c);
    if (value < 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU));
    }
  }
  return out;
}

// A signature with its origin.
struct Signature {
  std::string family;        // "claude", "openai", "gemini"; empty: not known
  std::string model;         // empty: not known
  bool is_redacted = false;  // `value` is the reasoning itself, encrypted
  std::string value;
};

inline constexpr std::string_view kWrappedSignature = "abv1\n";

// What every wrapped signature begins with, in base64.
inline constexpr std::string_view kWrappedBegin = "YWJ2MQ";

inline std::string wrap_signature(const Signature& signature) {
  std::string text(kWrappedSignature);
  text.append(signature.family).append("\n");
  // A client may name its model as it likes.
  for (const char c : signature.model)
    text.push_back(c == '\n' ? ' ' : c);
  text.push_back('\n');
  text.append(signature.is_redacted ? "r\n" : "s\n");
  return base64_encode(text.append(signature.value));
}

// What a client sent back: unwrapped, or as it is with `own_family`, the one whose dialect it stood
// in. `is_redacted` says what an unwrapped one counts as.
inline Signature unwrap_signature(std::string_view text, std::string_view own_family,
                                  bool is_redacted = false) {
  Signature as_it_is{std::string(own_family), {}, is_redacted, std::string(text)};
  if (!text.starts_with(kWrappedBegin)) return as_it_is;
  const std::optional<std::string> inner = base64_decode(text);
  if (!inner || !inner->starts_with(kWrappedSignature)) return as_it_is;
  std::string_view rest = std::string_view(*inner).substr(kWrappedSignature.size());
  std::array<std::string_view, 3> lines;
  for (std::string_view& line : lines) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return as_it_is;
    line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  return {std::string(lines[0]), std::string(lines[1]), lines[2] == "r", std::string(rest)};
}

}  // namespace v1
}  // namespace abv::sdk
