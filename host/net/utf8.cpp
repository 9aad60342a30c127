#include "host/net/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace abv::net {
namespace {

// How many bytes at the front are ASCII, in steps of eight.
std::size_t ascii_words(std::string_view bytes) {
  constexpr std::uint64_t kTopBits = 0x8080808080808080u;
  std::size_t at = 0;
  while (bytes.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if ((word & kTopBits) != 0) {
      break;
    }
    at += sizeof word;
  }
  return at;
}

}  // namespace

// The second byte is what keeps overlong forms, surrogates and what lies above U+10FFFF out.
bool Utf8Check::begin_character(unsigned char byte) {
  low_ = 0x80;
  high_ = 0xBF;
  if (byte < 0x80) {
    return true;
  }
  if (byte >= 0xC2 && byte <= 0xDF) {
    missing_ = 1;
    return true;
  }
  if (byte >= 0xE0 && byte <= 0xEF) {
    missing_ = 2;
    low_ = byte == 0xE0 ? 0xA0 : low_;
    high_ = byte == 0xED ? 0x9F : high_;
    return true;
  }
  if (byte >= 0xF0 && byte <= 0xF4) {
    missing_ = 3;
    low_ = byte == 0xF0 ? 0x90 : low_;
    high_ = byte == 0xF4 ? 0x8F : high_;
    return true;
  }
  return false;
}

bool Utf8Check::take(std::string_view bytes) {
  while (!bytes.empty()) {
    if (missing_ == 0) {
      bytes.remove_prefix(ascii_words(bytes));
      if (bytes.empty()) {
        return true;
      }
    }
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (missing_ == 0) {
      if (!begin_character(byte)) {
        return false;
      }
      continue;
    }
    if (byte < low_ || byte > high_) {
      return false;
    }
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
  }
  return true;
}

std::string with_valid_utf8(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    std::size_t size = 0;
    for (std::size_t i = 1; i <= std::min(kLongest, text.size()) && size == 0; ++i) {
      Utf8Check check;
      size = check.take(text.substr(0, i)) && check.is_whole() ? i : 0;
    }
    size == 0 ? valid.push_back('?') : static_cast<void>(valid.append(text.substr(0, size)));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return valid;
}

}  // namespace abv::net
