#include "host/net/request_parser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "host/net/header_line.hpp"

namespace abv::net {
namespace {

constexpr int kBadRequest = 400;
constexpr int kTargetTooLong = 414;
constexpr int kHeadTooLarge = 431;
constexpr int kUnknownVersion = 505;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Neither a blank nor a control character, either of which another reader might end it at.
bool is_target(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
  });
}

// Could what has arrived so far be the beginning of a method?
bool may_begin_method(std::string_view text) {
  const std::string_view method = text.substr(0, text.find(' '));
  return method.size() <= RequestParser::kMaxMethod && is_token(method);
}

}  // namespace

void RequestParser::reset() {
  scanned_ = 0;
  line_start_ = 0;
  has_first_line_ = false;
}

RequestParser::State RequestParser::refuse(int status, std::string fault) {
  status_ = status;
  fault_ = std::move(fault);
  return State::kRefused;
}

RequestParser::State RequestParser::parse(std::string_view text) {
  const State state = find_end(text);
  if (state == State::kComplete) {
    const std::size_t first_end = text.find('\n') + 1;
    const bool is_good = parse_request_line(text.substr(0, first_end - 2)) &&
                         parse_headers(text.substr(first_end, line_start_ - 2 - first_end)) &&
                         decide();
    return is_good ? State::kComplete : State::kRefused;
  }
  return state;
}

// Looks for the empty line, at each byte once, however the head arrives.
RequestParser::State RequestParser::find_end(std::string_view text) {
  if (!text.empty() && !has_first_line_ && !may_begin_method(text)) {
    return refuse(kBadRequest, "expected a method, got " + quoted(text));
  }
  while (scanned_ < text.size()) {
    const std::size_t lf = text.find('\n', scanned_);
    scanned_ = lf == std::string_view::npos ? text.size() : lf + 1;
    if (!has_first_line_ && scanned_ > kMaxLine) {
      return refuse(kTargetTooLong, "request line is longer than 16 KiB");
    }
    if (scanned_ > kMaxBytes) {
      return refuse(kHeadTooLarge, "head is larger than 64 KiB");
    }
    if (lf == std::string_view::npos) {
      break;
    }
    if (lf == line_start_ || text[lf - 1] != '\r') {
      return refuse(kBadRequest, "a line does not end in CRLF");
    }
    const bool is_empty = lf == line_start_ + 1;
    line_start_ = lf + 1;
    if (is_empty) {
      return State::kComplete;
    }
    has_first_line_ = true;
  }
  return State::kIncomplete;
}

bool RequestParser::parse_request_line(std::string_view line) {
  const auto fail = [this](int status, std::string fault) {
    refuse(status, std::move(fault));
    return false;
  };
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == target_end) {
    return fail(kBadRequest, "expected a request line, got " + quoted(line));
  }
  const std::string_view version = line.substr(target_end + 1);
  head_.method = line.substr(0, method_end);
  head_.target = line.substr(method_end + 1, target_end - method_end - 1);
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (!is_version || !is_target(head_.target)) {
    return fail(kBadRequest, "expected a request line, got " + quoted(line));
  }
  if (version[5] != '1' || version[7] > '1') {
    return fail(kUnknownVersion, "expected HTTP/1.0 or HTTP/1.1, got " + quoted(version));
  }
  head_.minor_version = version[7] - '0';
  return true;
}

bool RequestParser::parse_headers(std::string_view lines) {
  head_.headers.clear();
  head_.framing = Framing::kNone;
  head_.content_length = 0;
  head_.expects_continue = false;
  head_.wants_websocket = false;
  hosts_ = 0;
  has_length_ = has_coding_ = says_close_ = says_keep_ = says_upgrade_ = false;
  while (!lines.empty()) {
    if (head_.headers.size() == kMaxHeaders) {
      refuse(kHeadTooLarge, "head has more than 100 headers");
      return false;
    }
    const std::size_t lf = lines.find('\n');
    Header& header = head_.headers.emplace_back();
    if (auto parsed = parse_header_line(lines.substr(0, lf - 1), header); !parsed) {
      refuse(kBadRequest, std::move(parsed.error().message));
      return false;
    }
    if (!note(header)) {
      return false;
    }
    lines.remove_prefix(lf + 1);
  }
  return true;
}

// By length of the name, so that most headers cost one comparison.
bool RequestParser::note(const Header& header) {
  const auto is = [&](std::string_view name) { return equal_ignoring_case(header.name, name); };
  switch (header.name.size()) {
    case 4:
      hosts_ += is("host") ? 1 : 0;
      return true;
    case 6:
      head_.expects_continue |= is("expect") && equal_ignoring_case(header.value, "100-continue");
      return true;
    case 7:
      head_.wants_websocket |= is("upgrade") && has_element(header.value, "websocket");
      return true;
    case 10:
      if (is("connection")) {
        says_close_ |= has_element(header.value, "close");
        says_keep_ |= has_element(header.value, "keep-alive");
        says_upgrade_ |= has_element(header.value, "upgrade");
      }
      return true;
    case 14:
      return !is("content-length") || note_length(header.value);
    case 17:
      if (is("transfer-encoding")) {
        if (has_coding_ || !equal_ignoring_case(header.value, "chunked")) {
          refuse(kBadRequest, has_coding_ ? "more than one transfer-encoding header"
                                          : "expected transfer-encoding \"chunked\"");
          return false;
        }
        has_coding_ = true;
      }
      return true;
    default:
      return true;
  }
}

bool RequestParser::note_length(std::string_view value) {
  std::uint64_t bytes = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, bytes);
  if (value.empty() || error != std::errc() || stop != end) {
    refuse(kBadRequest, "expected a content-length in digits");
    return false;
  }
  if (has_length_ && bytes != head_.content_length) {
    refuse(kBadRequest, "two different content-length headers");
    return false;
  }
  has_length_ = true;
  head_.content_length = bytes;
  return true;
}

bool RequestParser::decide() {
  const auto fail = [this](std::string fault) {
    refuse(kBadRequest, std::move(fault));
    return false;
  };
  if (has_length_ && has_coding_) {
    return fail("content-length and transfer-encoding together");
  }
  if (has_coding_ && head_.minor_version == 0) {
    return fail("transfer-encoding in an HTTP/1.0 request");
  }
  // What is decided by the host must not hang on which of two is looked at.
  if (hosts_ > 1 || (hosts_ == 0 && head_.minor_version == 1)) {
    return fail("expected exactly one host header");
  }
  head_.framing = has_coding_ ? Framing::kChunked : has_length_ ? Framing::kLength : Framing::kNone;
  head_.keep_alive = !says_close_ && (head_.minor_version == 1 || says_keep_);
  head_.expects_continue &= head_.minor_version == 1;
  head_.wants_websocket &= says_upgrade_ && head_.minor_version == 1 && head_.method == "GET";
  return true;
}

}  // namespace abv::net
