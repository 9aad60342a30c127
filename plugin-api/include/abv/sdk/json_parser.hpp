// The insides of json_reader.hpp: finds where the values of a JSON text stand. Not for plugins.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json {

inline constexpr std::size_t kMaxDepth = 256;

enum class Type : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

namespace detail {

// One value of a text, in the order of the text; an object's node is followed by key, value, key, …
struct Node {
  std::uint32_t begin = 0;  // first byte
  std::uint32_t end = 0;    // one past the last byte
  std::uint32_t next = 0;   // the node after this one and all that is in it
  std::uint32_t count = 0;  // items or members
  Type type = Type::kNull;
  bool escaped = false;  // a string with backslashes
};

// Where from `at` on the ASCII ends that stands for itself in a JSON string. Eight bytes at a time:
// nearly all of a request is inside strings.
inline std::size_t plain_end(std::string_view text, std::size_t at) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = 0x8080808080808080U;
  const char* const bytes = text.data();
  const std::size_t size = text.size();
  while (at + 8 <= size) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, 8);
    const std::uint64_t quote = word ^ (kOnes * '"');
    const std::uint64_t slash = word ^ (kOnes * '\\');
    // A byte's high bit is set where the byte is zero (quote, slash), below 0x20, or not ASCII. A
    // borrow can set it in a byte too many behind one that is right, never in one before it.
    const std::uint64_t special =
        (((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash) | (word - kOnes * 0x20) | word) &
        kHighs;
    if (special != 0) {
      if constexpr (std::endian::native == std::endian::little) {
        return at + static_cast<std::size_t>(std::countr_zero(special)) / 8;
      }
      break;
    }
    at += 8;
  }
  for (; at < size; ++at) {
    const auto c = static_cast<unsigned char>(bytes[at]);
    if (c < 0x20U || c >= 0x80U || c == '"' || c == '\\') break;
  }
  return at;
}

class Parser {
 public:
  Parser(std::string_view text, std::vector<Node>& nodes, std::vector<std::uint32_t>& open)
      : text_(text), nodes_(nodes), open_(open) {}

  // False when the text is not JSON; position() is then where it went wrong.
  bool run() {
    if (text_.size() >= std::numeric_limits<std::uint32_t>::max()) return false;
    skip_space();
    if (!read_value()) return false;
    while (!open_.empty()) {
      skip_space();
      if (!advance_container()) return false;
    }
    skip_space();
    return pos_ == text_.size();
  }

  std::size_t position() const { return pos_; }

 private:
  char peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }
  std::uint32_t here() const { return static_cast<std::uint32_t>(pos_); }

  void skip_space() {
    while (pos_ < text_.size() && (text_[pos_] == ' ' || text_[pos_] == '\n' ||
                                   text_[pos_] == '\r' || text_[pos_] == '\t')) {
      ++pos_;
    }
  }

  // Closes the innermost container, or reads its next item or member.
  bool advance_container() {
    Node& node = nodes_[open_.back()];
    if (peek() == (node.type == Type::kArray ? ']' : '}')) {
      ++pos_;
      node.end = here();
      node.next = static_cast<std::uint32_t>(nodes_.size());
      open_.pop_back();
      return true;
    }
    if (node.count > 0) {
      if (peek() != ',') return false;
      ++pos_;
      skip_space();
    }
    ++node.count;
    if (node.type == Type::kObject && !read_key()) return false;
    return read_value();
  }

  bool read_key() {
    if (peek() != '"' || !read_string()) return false;
    skip_space();
    if (peek() != ':') return false;
    ++pos_;
    skip_space();
    return true;
  }

  bool read_value() {
    switch (peek()) {
      case '{':
        return open_container(Type::kObject);
      case '[':
        return open_container(Type::kArray);
      case '"':
        return read_string();
      case 't':
        return read_word("true", Type::kTrue);
      case 'f':
        return read_word("false", Type::kFalse);
      case 'n':
        return read_word("null", Type::kNull);
      default:
        return read_number();
    }
  }

  void add(Type type, std::size_t begin, bool escaped = false) {
    const auto next = static_cast<std::uint32_t>(nodes_.size() + 1);
    nodes_.push_back({static_cast<std::uint32_t>(begin), here(), next, 0, type, escaped});
  }

  bool open_container(Type type) {
    if (open_.size() >= kMaxDepth) return false;
    open_.push_back(static_cast<std::uint32_t>(nodes_.size()));
    add(type, pos_);
    ++pos_;
    return true;
  }

  bool read_word(std::string_view word, Type type) {
    if (text_.substr(pos_, word.size()) != word) return false;
    const auto begin = pos_;
    pos_ += word.size();
    add(type, begin);
    return true;
  }

  bool read_digits() {
    const auto begin = pos_;
    while (peek() >= '0' && peek() <= '9')
      ++pos_;
    return pos_ > begin;
  }

  bool read_number() {
    const auto begin = pos_;
    if (peek() == '-') ++pos_;
    if (peek() == '0') {
      ++pos_;
    } else if (!read_digits()) {
      return false;
    }
    if (peek() == '.') {
      ++pos_;
      if (!read_digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++pos_;
      if (peek() == '+' || peek() == '-') ++pos_;
      if (!read_digits()) return false;
    }
    add(Type::kNumber, begin);
    return true;
  }

  bool read_escape() {
    ++pos_;
    const char c = peek();
    ++pos_;
    switch (c) {
      case 'n':
      case '"':
      case '\\':
      case 't':
      case '/':
      case 'r':
      case 'b':
      case 'f':
        return true;
      case 'u':
        break;
      default:
        return false;
    }
    for (int i = 0; i < 4; ++i, ++pos_) {
      if (hex_digit(peek()) < 0) return false;
    }
    return true;
  }

  bool read_string() {
    const auto begin = pos_;
    bool escaped = false;
    ++pos_;
    while (pos_ < text_.size()) {
      pos_ = plain_end(text_, pos_);
      if (pos_ == text_.size()) return false;
      const auto c = static_cast<unsigned char>(text_[pos_]);
      if (c == '"') {
        ++pos_;
        add(Type::kString, begin, escaped);
        return true;
      }
      if (c < 0x20U) return false;
      if (c == '\\') {
        escaped = true;
        if (!read_escape()) return false;
        continue;
      }
      const auto length = utf8_length(text_.substr(pos_, 4));
      if (length == 0) return false;
      pos_ += length;
    }
    return false;
  }

  std::string_view text_;
  std::vector<Node>& nodes_;
  std::vector<std::uint32_t>& open_;
  std::size_t pos_ = 0;
};

inline std::uint32_t read_hex4(std::string_view digits) {
  std::uint32_t code = 0;
  for (const char c : digits.substr(0, 4)) {
    code = code * 16 + static_cast<std::uint32_t>(hex_digit(c));
  }
  return code;
}

// Reads the escape after a backslash at `at`, which the parser has found sound; gives what follows
// it.
inline std::size_t unescape_one(std::string_view inner, std::size_t at, std::string& out) {
  constexpr std::string_view kLetters = "bfnrt";
  constexpr std::string_view kControls = "\b\f\n\r\t";
  const char c = inner[at + 1];
  if (c != 'u') {
    const auto letter = kLetters.find(c);
    out.push_back(letter == std::string_view::npos ? c : kControls[letter]);
    return at + 2;
  }
  const std::uint32_t high = read_hex4(inner.substr(at + 2));
  const bool pair = high >= 0xD800U && high <= 0xDBFFU && inner.substr(at + 6, 2) == "\\u";
  const std::uint32_t low = pair ? read_hex4(inner.substr(at + 8)) : 0;
  if (low < 0xDC00U || low > 0xDFFFU) {
    append_utf8(out, high);
    return at + 6;
  }
  append_utf8(out, 0x10000U + ((high - 0xD800U) << 10U) + (low - 0xDC00U));
  return at + 12;
}

inline void unescape(std::string_view inner, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < inner.size();) {
    const auto slash = inner.find('\\', at);
    out.append(inner.substr(at, slash - at));
    if (slash == std::string_view::npos) return;
    at = unescape_one(inner, slash, out);
  }
}

}  // namespace detail

}  // namespace json
}  // namespace v1
}  // namespace abv::sdk
