#include <algorithm>
#include <cstring>
#include <string>

#include "host/net/http1.hpp"

namespace abv::net {
namespace {

constexpr std::size_t kMaxSizeDigits = 16;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error broken(const char* what) {
  return {Error::Code::kInvalid, std::string("chunked body is broken: ") + what};
}

}  // namespace

Result<std::string_view> ChunkedDecoder::decode(std::span<char> bytes) {
  char* const end = bytes.data() + bytes.size();
  char* at = bytes.data();
  char* content = at;  // where the first content stands; the rest is moved up to it
  std::size_t length = 0;
  while (at != end && state_ != State::kDone) {
    if (state_ != State::kData) {
      if (const char* const fault = step(*at++)) return broken(fault);
      continue;
    }
    const auto here = static_cast<std::size_t>(
        std::min<std::uint64_t>(left_, static_cast<std::uint64_t>(end - at)));
    if (length == 0) {
      content = at;
    } else {
      std::memmove(content + length, at, here);
    }
    length += here;
    at += here;
    left_ -= here;
    if (left_ == 0) state_ = State::kDataCr;
  }
  unused_ = static_cast<std::size_t>(end - at);
  return std::string_view(content, length);
}

const char* ChunkedDecoder::size_digit(char c) {
  const int value = hex_value(c);
  if (value < 0) {
    return "a size is not hexadecimal";
  }
  if (++digits_ > kMaxSizeDigits) {
    return "a size has more than 16 digits";
  }
  left_ = left_ << 4 | static_cast<std::uint64_t>(value);
  state_ = State::kSize;
  return nullptr;
}

// Takes one byte of what is not content; the fault, or null. No Result, since this runs for each
// such byte.
const char* ChunkedDecoder::step(char c) {
  const auto expect = [&](char wanted, State next, const char* fault) -> const char* {
    state_ = next;
    return c == wanted ? nullptr : fault;
  };
  switch (state_) {
    case State::kSizeStart:
      digits_ = 0;
      line_ = 0;
      return size_digit(c);
    case State::kSize:
      if (c != '\r' && c != ';' && c != ' ' && c != '\t') return size_digit(c);
      state_ = c == '\r' ? State::kSizeLf : State::kExtension;
      return nullptr;
    case State::kExtension:
      if (++line_ > kMaxLine) return "an extension is longer than 4 KiB";
      if (c == '\n') return "a line does not end in CRLF";
      if (c == '\r') state_ = State::kSizeLf;
      return nullptr;
    case State::kSizeLf:
      return expect('\n', left_ == 0 ? State::kTrailerStart : State::kData,
                    "a size line does not end in CRLF");
    case State::kDataCr:
      return expect('\r', State::kDataLf, "a chunk is longer than its size");
    case State::kDataLf:
      return expect('\n', State::kSizeStart, "a chunk does not end in CRLF");
    case State::kTrailerStart:
      state_ = c == '\r' ? State::kEndLf : State::kTrailer;
      [[fallthrough]];
    case State::kTrailer:
      if (++trailers_ > kMaxTrailers) return "trailers are longer than 16 KiB";
      if (c == '\n') return "a trailer does not end in CRLF";
      if (c == '\r' && state_ == State::kTrailer) state_ = State::kTrailerLf;
      return nullptr;
    case State::kTrailerLf:
      return expect('\n', State::kTrailerStart, "a trailer does not end in CRLF");
    case State::kEndLf:
      return expect('\n', State::kDone, "it does not end in CRLF");
    case State::kData:
    case State::kDone:
      break;
  }
  return nullptr;
}

}  // namespace abv::net
