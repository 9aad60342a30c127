// Writes JSON text from front to back. What it writes is always sound JSON, whatever bytes it is
// given.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "abv/sdk/json_reader.hpp"
#include "abv/sdk/json_scan.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json {

// Appends `text` with JSON's escapes, without quotes. Bytes that are not UTF-8 become U+FFFD.
inline void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kControls = "\b\f\n\r\t";
  constexpr std::string_view kLetters = "bfnrt";
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    const char* const stop = detail::text_end(at, end);
    out.append(at, static_cast<std::size_t>(stop - at));
    if (stop == end) return;
    const auto c = static_cast<unsigned char>(*stop);
    const auto control = kControls.find(*stop);
    if (c >= 0x80U) {
      out.append("\xEF\xBF\xBD");
    } else if (control != std::string_view::npos) {
      out.append({'\\', kLetters[control]});
    } else if (c < 0x20U) {
      out.append({'\\', 'u', '0', '0', kHex[c >> 4U], kHex[c & 0xFU]});
    } else {
      out.append({'\\', *stop});
    }
    at = stop + 1;
  }
}

// Puts commas and colons by itself; begin and end must match, and every key needs a value after it.
//
//   json::Writer w;
//   w.begin_object().member("id", id).key("usage").raw(usage_json).end_object();
class Writer {
 public:
  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }

  Writer& key(std::string_view name) {
    put_string(name, ':');
    comma_ = false;
    return *this;
  }

  Writer& value(std::string_view text) {
    put_string(text);
    return *this;
  }
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(const std::string& text) { return value(std::string_view(text)); }
  Writer& value(std::nullptr_t) { return raw("null"); }
  Writer& value(const Value& other) { return raw(other.exists() ? other.raw() : "null"); }

  template <class Number>
  requires std::is_arithmetic_v<Number> Writer& value(Number number) {
    if constexpr (std::same_as<Number, bool>) {
      return raw(number ? "true" : "false");
    } else {
      if constexpr (std::floating_point<Number>) {
        if (!std::isfinite(number)) return raw("null");
      }
      char digits[40];
      const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
      return raw({digits, static_cast<std::size_t>(end - digits)});
    }
  }

  // Puts JSON text in as it is.
  Writer& raw(std::string_view json) {
    if (comma_) out_.push_back(',');
    out_.append(json);
    comma_ = true;
    return *this;
  }

  template <class T>
  Writer& member(std::string_view name, const T& content) {
    key(name);
    return value(content);
  }

  // Makes room for about `bytes` more; saves growing step by step.
  Writer& reserve(std::size_t bytes) {
    out_.reserve(out_.size() + bytes);
    return *this;
  }

  std::string_view view() const { return out_; }
  std::string take() {
    comma_ = false;
    return std::exchange(out_, {});
  }

  // Forgets what was written, keeps the memory.
  void clear() {
    out_.clear();
    comma_ = false;
  }

 private:
  // How long a string is at most that is put together before it is appended.
  static constexpr std::size_t kShort = 44;

  void put_string(std::string_view text, char after = '\0') {
    const char* const end = text.data() + text.size();
    if (text.size() <= kShort && detail::plain_end(text.data(), end) == end) {
      char piece[kShort + 4];
      char* to = piece;
      if (comma_) *to++ = ',';
      *to++ = '"';
      if (!text.empty()) std::memcpy(to, text.data(), text.size());
      to += text.size();
      *to++ = '"';
      if (after != '\0') *to++ = after;
      out_.append(piece, static_cast<std::size_t>(to - piece));
    } else {
      out_.append(comma_ ? ",\"" : "\"");
      append_escaped(out_, text);
      out_.push_back('"');
      if (after != '\0') out_.push_back(after);
    }
    comma_ = true;
  }

  Writer& open(char bracket) {
    if (comma_) out_.push_back(',');
    out_.push_back(bracket);
    comma_ = false;
    return *this;
  }

  Writer& close(char bracket) {
    out_.push_back(bracket);
    comma_ = true;
    return *this;
  }

  std::string out_;
  bool comma_ = false;  // the next value needs a comma before it
};

}  // namespace json
}  // namespace v1
}  // namespace abv::sdk
