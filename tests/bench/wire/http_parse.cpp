#include "tests/bench/wire/http_parse.hpp"

#include <algorithm>

namespace abv::bench {
namespace {

constexpr std::size_t kMaxSizeDigits = 15;

char to_lower(char letter) {
  const bool is_upper = letter >= 'A' && letter <= 'Z';
  return is_upper ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The next line without its end, cut off the front of `rest`.
std::string_view cut_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char lower = to_lower(digit);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return -1;
}

}  // namespace

std::size_t head_length(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t end = bytes.find(kEnd);
  return end == std::string_view::npos ? 0 : end + kEnd.size();
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(),
                    [](char a, char b) { return to_lower(a) == to_lower(b); });
}

HeadCursor::HeadCursor(std::string_view head) : rest_(head) {
  start_line_ = trim(cut_line(rest_));
}

bool HeadCursor::next(std::string_view& name, std::string_view& value) {
  const std::string_view line = cut_line(rest_);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  name = line.substr(0, colon);
  value = trim(line.substr(colon + 1));
  return true;
}

void BodyReader::expect_length(std::uint64_t bytes) {
  left_ = bytes;
  state_ = bytes == 0 ? State::kDone : State::kLength;
}

void BodyReader::expect_chunks() {
  left_ = 0;
  line_length_ = 0;
  state_ = State::kChunkSize;
}

void BodyReader::expect_close() {
  state_ = State::kUntilClose;
}

BodyReader::Step BodyReader::next(std::string_view bytes) {
  if (bytes.empty()) return {0, {}};
  if (state_ == State::kUntilClose) return {bytes.size(), bytes};
  if (state_ == State::kLength || state_ == State::kChunkData) {
    const std::string_view payload = bytes.substr(0, left_);
    left_ -= payload.size();
    if (left_ == 0) state_ = state_ == State::kLength ? State::kDone : State::kChunkEnd;
    return {payload.size(), payload};
  }
  std::size_t used = 0;
  while (used < bytes.size()) {
    const char byte = bytes[used++];
    if (state_ == State::kChunkSize) {
      take_size_byte(byte);
    } else {
      take_line_byte(byte);
    }
    if (state_ == State::kChunkData || is_done() || is_broken()) break;
  }
  return {used, {}};
}

void BodyReader::take_size_byte(char byte) {
  if (byte == '\n') return finish_size_line();
  if (byte == '\r' || byte == ' ' || byte == ';') {
    state_ = State::kChunkExtension;
    return;
  }
  const int digit = hex_value(byte);
  if (digit < 0 || ++line_length_ > kMaxSizeDigits) {
    state_ = State::kBroken;
    return;
  }
  left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
}

void BodyReader::take_line_byte(char byte) {
  if (state_ == State::kChunkExtension) {
    if (byte == '\n') finish_size_line();
    return;
  }
  if (state_ == State::kChunkEnd) {
    if (byte == '\n') expect_chunks();
    if (byte != '\n' && byte != '\r') state_ = State::kBroken;
    return;
  }
  if (byte == '\n') {
    if (line_length_ == 0) state_ = State::kDone;
    line_length_ = 0;
    return;
  }
  if (byte != '\r') ++line_length_;
}

void BodyReader::finish_size_line() {
  if (line_length_ == 0) {
    state_ = State::kBroken;
    return;
  }
  line_length_ = 0;
  state_ = left_ == 0 ? State::kTrailer : State::kChunkData;
}

}  // namespace abv::bench
