// Writes JSON text from front to back. What it writes is always sound JSON, whatever bytes it is
// given.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "abv/sdk/json_reader.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json {

// Appends `text` with JSON's escapes, without quotes. Bytes that are not UTF-8 become U+FFFD.
inline void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kControls = "\b\f\n\r\t";
  constexpr std::string_view kLetters = "bfnrt";
  std::size_t plain = 0;  // start of the bytes that are copied as they are
  for (std::size_t at = 0; at < text.size();) {
    at = detail::plain_end(text, at);
    if (at == text.size()) break;
    const auto c = static_cast<unsigned char>(text[at]);
    const bool special = c < 0x20U || c == '"' || c == '\\';
    const auto length = c < 0x80U ? 1 : utf8_length(text.substr(at, 4));
    if (!special && length > 0) {
      at += length;
      continue;
    }
    out.append(text.substr(plain, at - plain));
    const auto control = kControls.find(text[at]);
    if (length == 0) {
      out.append("\xEF\xBF\xBD");
    } else if (control != std::string_view::npos) {
      out.append({'\\', kLetters[control]});
    } else if (c < 0x20U) {
      out.append({'\\', 'u', '0', '0', kHex[c >> 4U], kHex[c & 0xFU]});
    } else {
      out.append({'\\', text[at]});
    }
    plain = ++at;
  }
  out.append(text.substr(plain));
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
    value(name);
    out_.push_back(':');
    comma_ = false;
    return *this;
  }

  Writer& value(std::string_view text) {
    separate();
    out_.push_back('"');
    append_escaped(out_, text);
    out_.push_back('"');
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
    separate();
    out_.append(json);
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
  void separate() {
    if (comma_) out_.push_back(',');
    comma_ = true;
  }

  Writer& open(char bracket) {
    separate();
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
