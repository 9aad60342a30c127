#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Reading of short texts that others wrote: header values, fields, sentences. ASCII only; whatever
// is not ASCII is skipped over as it is.
namespace abv::account {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
inline bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}
inline bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string lowered(std::string_view text);
std::string_view trimmed(std::string_view text);

// The whole text as a finite decimal number of at least 0. A number with a sign, in hexadecimal or
// with anything behind it is none.
std::optional<double> number_in(std::string_view text);

// A decimal number without loss: whole + billionths / 1e9. More than nine decimals are rounded up,
// and a whole part above 1e18 stays there.
struct Decimal {
  std::uint64_t whole = 0;
  std::uint32_t billionths = 0;
};

// Walks over a text. What a take function cannot take it leaves where it is.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ == text_.size(); }
  std::size_t position() const { return position_; }
  void rewind(std::size_t position) { position_ = position; }

  // 0 at the end.
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }

  void skip_blanks();
  bool take(char c);

  // `words` are in lower case; case does not matter in the text.
  bool take_words(std::string_view words);

  // A number in exactly `count` digits, with no digit behind them.
  std::optional<int> take_digits(std::size_t count);

  std::optional<Decimal> take_decimal();

  // The run of letters here; the micro sign counts as one.
  std::string_view take_letters();

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace abv::account
