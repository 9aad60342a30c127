// The insides of json_reader.hpp: finds where the values of a JSON text stand. Not for plugins.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json_scan.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json {

inline constexpr std::size_t kMaxDepth = 256;

enum class Type : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

namespace detail {

// One value of a text, in the order of the text; an object's node is followed by key, value, key, …
struct Node {
  static constexpr std::uint32_t kEscaped = 8, kItem = 16;  // types are below
  static constexpr std::uint32_t kMaxCount = ~std::uint32_t{0} / kItem;

  Type type() const { return static_cast<Type>(shape & (kEscaped - 1)); }
  bool is_escaped() const { return (shape & kEscaped) != 0; }
  std::uint32_t count() const { return shape / kItem; }

  std::uint32_t begin;  // first byte
  std::uint32_t end;    // one past the last byte
  std::uint32_t next;   // the node after this one and all that is in it
  // Its type; whether it is a string with backslashes; and how many items or members it has.
  std::uint32_t shape;
};

class Parser {
 public:
  Parser(std::string_view text, std::vector<Node>& nodes, std::vector<std::uint32_t>& open)
      : begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()),
        nodes_(nodes),
        open_(open) {}

  // False when the text is not JSON; position() is then where it went wrong.
  bool run() {
    const auto size = static_cast<std::size_t>(end_ - begin_);
    if (size >= std::numeric_limits<std::uint32_t>::max()) return false;
    // As many as requests have at most, for their length, but for very long ones.
    nodes_.reserve(std::min<std::size_t>(size / 24 + 8, 64 * 1024));
    skip_space();
    if (!read_value()) return false;
    while (!open_.empty()) {
      skip_space();
      if (!advance_container()) return false;
    }
    skip_space();
    return at_ == end_;
  }

  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  char peek() const { return at_ != end_ ? *at_ : '\0'; }
  std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - begin_); }

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
      ++at_;
  }

  // Closes the innermost container, or reads its next item or member.
  bool advance_container() {
    Node& node = nodes_[open_.back()];
    if (peek() == (node.type() == Type::kArray ? ']' : '}')) {
      ++at_;
      node.end = offset(at_);
      node.next = static_cast<std::uint32_t>(nodes_.size());
      open_.pop_back();
      return true;
    }
    if (node.count() > 0) {
      if (peek() != ',') return false;
      ++at_;
      skip_space();
    }
    if (node.count() == Node::kMaxCount) return false;
    node.shape += Node::kItem;
    if (node.type() == Type::kObject && !read_key()) return false;
    return read_value();
  }

  bool read_key() {
    if (peek() != '"' || !read_string()) return false;
    skip_space();
    if (peek() != ':') return false;
    ++at_;
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

  // The value ends where the parser stands.
  bool add(Type type, const char* begin, std::uint32_t shape = 0) {
    const auto next = static_cast<std::uint32_t>(nodes_.size() + 1);
    nodes_.push_back({offset(begin), offset(at_), next, static_cast<std::uint32_t>(type) | shape});
    return true;
  }

  bool open_container(Type type) {
    if (open_.size() >= kMaxDepth) return false;
    open_.push_back(static_cast<std::uint32_t>(nodes_.size()));
    add(type, at_);
    ++at_;
    return true;
  }

  bool read_word(std::string_view word, Type type) {
    const char* const begin = at_;
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word))
      return false;
    at_ += word.size();
    return add(type, begin);
  }

  bool read_digits() {
    const char* const begin = at_;
    while (peek() >= '0' && peek() <= '9')
      ++at_;
    return at_ != begin;
  }

  bool read_number() {
    const char* const begin = at_;
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (!read_digits()) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!read_digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!read_digits()) return false;
    }
    return add(Type::kNumber, begin);
  }

  bool read_string() {
    const char* const begin = at_++;
    at_ = plain_end(at_, end_ - at_ < kShort ? end_ : at_ + kShort);
    bool escaped = false;
    while (peek() != '"') {
      at_ = skip_blocks(at_, end_, escaped);
      if (peek() == '"') break;
      at_ = text_end(at_, end_);
      if (peek() == '"') break;
      if (peek() != '\\') return false;
      escaped = true;
      const char* const after = escape_end(at_ + 1, end_);
      if (after == nullptr) return false;
      at_ = after;
    }
    ++at_;
    return add(Type::kString, begin, escaped ? Node::kEscaped : 0);
  }

  // How long names and words are at most, which are most strings.
  static constexpr std::ptrdiff_t kShort = 16;

  const char* const begin_;
  const char* at_;
  const char* const end_;
  std::vector<Node>& nodes_;
  std::vector<std::uint32_t>& open_;
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
  out.reserve(inner.size());
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
