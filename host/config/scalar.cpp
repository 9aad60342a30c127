#include "host/config/scalar.hpp"

#include <charconv>
#include <cstdint>

namespace abv::config {
namespace {

// Moves `at` past digits; false when there are none.
bool skip_digits(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    ++at;
  }
  return at > start;
}

bool is_one_of(std::string_view text, std::string_view a, std::string_view b, std::string_view c) {
  return text == a || text == b || text == c;
}

}  // namespace

bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  if (at < text.size() && text[at] == '-') {
    ++at;
  }
  const std::size_t first = at;
  if (!skip_digits(text, at) || (text[first] == '0' && at > first + 1)) {
    return false;
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!skip_digits(text, at)) {
      return false;
    }
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
      ++at;
    }
    if (!skip_digits(text, at)) {
      return false;
    }
  }
  return at == text.size();
}

Value read_plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || is_one_of(text, "null", "Null", "NULL")) {
    return Value();
  }
  if (is_one_of(text, "true", "True", "TRUE")) {
    return Value::boolean(true, text);
  }
  if (is_one_of(text, "false", "False", "FALSE")) {
    return Value::boolean(false, text);
  }
  if (!is_json_number(text)) {
    return Value::string(text);
  }
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  const auto read = std::from_chars(text.data(), end, integer);
  if (read.ec == std::errc() && read.ptr == end) {
    return Value::integer(integer, text);
  }
  double number = 0;
  const auto parsed = std::from_chars(text.data(), end, number);
  // Out of range: there is no number to compare with, so the text is all there is.
  return parsed.ec == std::errc() ? Value::number(number, text) : Value::string(text);
}

}  // namespace abv::config
