#include "tests/plugin-api/plain_json.hpp"

#include <cstddef>
#include <cstdint>

namespace abv::test {
namespace {

constexpr std::size_t kLevels = 256;

class PlainReader {
 public:
  explicit PlainReader(std::string_view text) : text_(text) {}

  std::optional<std::string> read() {
    space();
    if (!value(0)) return std::nullopt;
    space();
    if (at_ != text_.size()) return std::nullopt;
    return out_;
  }

 private:
  int next() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
  bool take(char c) {
    if (next() != static_cast<unsigned char>(c)) return false;
    ++at_;
    return true;
  }

  void space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r')
      ++at_;
  }

  // A container's line comes before those of what is in it, so its end is filled in later.
  bool value(std::size_t depth) {
    const std::size_t begin = at_, line = out_.size();
    out_ += std::to_string(depth) + " " + std::to_string(begin) + "..";
    const std::size_t end_at = out_.size();
    std::string what;
    bool is_good = false;
    if (next() == '{' || next() == '[') {
      what = next() == '{' ? " object\n" : " array\n";
      out_ += what;
      is_good = depth < kLevels && container(depth);
      out_.insert(end_at, std::to_string(at_));
      return is_good;
    }
    if (next() == '"') {
      std::string content;
      is_good = string(content);
      what = " string " + content + "\n";
    } else if (next() == 't' || next() == 'f' || next() == 'n') {
      is_good = word(next() == 't' ? "true" : next() == 'f' ? "false" : "null");
      what = " word\n";
    } else {
      is_good = number();
      what = " number\n";
    }
    out_ += std::to_string(at_) + what;
    if (!is_good) out_.resize(line);
    return is_good;
  }

  bool container(std::size_t depth) {
    const bool is_object = take('{');
    if (!is_object) take('[');
    const char end = is_object ? '}' : ']';
    space();
    if (take(end)) return true;
    do {
      space();
      if (is_object && !key(depth + 1)) return false;
      space();
      if (!value(depth + 1)) return false;
      space();
    } while (take(','));
    return take(end);
  }

  bool key(std::size_t depth) {
    std::string name;
    if (next() != '"' || !string(name)) return false;
    out_ += std::to_string(depth) + " name " + name + "\n";
    space();
    return take(':');
  }

  bool word(std::string_view expected) {
    for (const char c : expected) {
      if (!take(c)) return false;
    }
    return true;
  }

  bool digits() {
    const std::size_t begin = at_;
    while (next() >= '0' && next() <= '9')
      ++at_;
    return at_ > begin;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  bool string(std::string& content) {
    take('"');
    while (next() != '"') {
      if (next() < 0x20) return false;  // or the end
      const bool is_good = next() == '\\' ? escape(content) : character(content);
      if (!is_good) return false;
    }
    return take('"');
  }

  // Table 3-7 of the Unicode Standard.
  bool character(std::string& content) {
    struct Row {
      int first, last, second_first, second_last, more;
    };
    constexpr Row kRows[] = {
        {0x20, 0x7F, 0, 0, -1},      {0xC2, 0xDF, 0x80, 0xBF, 0}, {0xE0, 0xE0, 0xA0, 0xBF, 1},
        {0xE1, 0xEC, 0x80, 0xBF, 1}, {0xED, 0xED, 0x80, 0x9F, 1}, {0xEE, 0xEF, 0x80, 0xBF, 1},
        {0xF0, 0xF0, 0x90, 0xBF, 2}, {0xF1, 0xF3, 0x80, 0xBF, 2}, {0xF4, 0xF4, 0x80, 0x8F, 2}};
    for (const Row& row : kRows) {
      if (next() < row.first || next() > row.last) continue;
      keep(content);
      if (row.more < 0) return true;
      if (next() < row.second_first || next() > row.second_last) return false;
      keep(content);
      for (int i = 0; i < row.more; ++i) {
        if (next() < 0x80 || next() > 0xBF) return false;
        keep(content);
      }
      return true;
    }
    return false;
  }

  void keep(std::string& content) { content.push_back(text_[at_++]); }

  bool escape(std::string& content) {
    ++at_;
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    if (next() < 0) return false;
    const auto letter = kLetters.find(static_cast<char>(next()));
    if (letter != std::string_view::npos) {
      ++at_;
      content.push_back(kMeant[letter]);
      return true;
    }
    std::uint32_t code = 0;
    if (!take('u') || !hex(code)) return false;
    const bool is_high = code >= 0xD800 && code <= 0xDBFF;
    const std::size_t before = at_;
    std::uint32_t low = 0;
    if (is_high && take('\\') && take('u') && hex(low) && low >= 0xDC00 && low <= 0xDFFF) {
      append(content, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
      return true;
    }
    at_ = before;  // half a pair; what follows speaks for itself
    append(content, code >= 0xD800 && code <= 0xDFFF ? 0xFFFD : code);
    return true;
  }

  bool hex(std::uint32_t& code) {
    constexpr std::string_view kLower = "0123456789abcdef", kUpper = "0123456789ABCDEF";
    for (int i = 0; i < 4; ++i, ++at_) {
      if (next() < 0) return false;
      const char c = static_cast<char>(next());
      const auto digit = kLower.find(c) != kLower.npos ? kLower.find(c) : kUpper.find(c);
      if (digit == kUpper.npos) return false;
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  static void append(std::string& content, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { content.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xC0 | code >> 6);
    } else {
      if (code < 0x10000) {
        put(0xE0 | code >> 12);
      } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
      }
      put(0x80 | (code >> 6 & 0x3F));
    }
    put(0x80 | (code & 0x3F));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::optional<std::string> read_plainly(std::string_view text) {
  return PlainReader(text).read();
}

}  // namespace abv::test
