#include "host/account/scanner.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace abv::account {
namespace {

constexpr std::uint64_t kLargestWhole = 1'000'000'000'000'000'000;

// The micro sign and the Greek letter that looks like it, in UTF-8.
constexpr std::string_view kMicroSign = "\xC2\xB5";
constexpr std::string_view kGreekMu = "\xCE\xBC";

}  // namespace

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || !is_digit(text.front())) {
    return std::nullopt;
  }
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return is_whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void Scanner::skip_blanks() {
  while (is_blank(peek())) {
    ++position_;
  }
}

bool Scanner::take(char c) {
  if (at_end() || peek() != c) {
    return false;
  }
  ++position_;
  return true;
}

bool Scanner::take_words(std::string_view words) {
  if (text_.size() - position_ < words.size()) {
    return false;
  }
  const bool is_here =
      std::equal(words.begin(), words.end(), text_.data() + position_,
                 [](char expected, char given) { return expected == lower(given); });
  position_ += is_here ? words.size() : 0;
  return is_here;
}

std::optional<int> Scanner::take_digits(std::size_t count) {
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(peek(i))) {
      return std::nullopt;
    }
    value = value * 10 + (peek(i) - '0');
  }
  if (is_digit(peek(count))) {
    return std::nullopt;
  }
  position_ += count;
  return value;
}

std::optional<Decimal> Scanner::take_decimal() {
  if (!is_digit(peek())) {
    return std::nullopt;
  }
  Decimal number;
  for (; is_digit(peek()); ++position_) {
    const auto digit = static_cast<std::uint64_t>(peek() - '0');
    number.whole = std::min(number.whole, kLargestWhole / 10) * 10 + digit;
    number.whole = std::min(number.whole, kLargestWhole);
  }
  if (peek() != '.' || !is_digit(peek(1))) {
    return number;
  }
  ++position_;
  bool has_rest = false;
  for (std::uint32_t weight = 100'000'000; is_digit(peek()); ++position_, weight /= 10) {
    const auto digit = static_cast<std::uint32_t>(peek() - '0');
    number.billionths += digit * weight;
    has_rest = has_rest || (weight == 0 && digit != 0);
  }
  number.billionths += has_rest ? 1 : 0;
  return number;
}

std::string_view Scanner::take_letters() {
  const std::size_t start = position_;
  while (true) {
    const std::string_view rest = text_.substr(position_);
    if (is_letter(peek())) {
      ++position_;
    } else if (rest.starts_with(kMicroSign) || rest.starts_with(kGreekMu)) {
      position_ += kMicroSign.size();
    } else {
      return text_.substr(start, position_ - start);
    }
  }
}

}  // namespace abv::account
