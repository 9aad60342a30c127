#include <algorithm>
#include <charconv>
#include <optional>

#include "host/net/header_line.hpp"
#include "host/net/http1.hpp"

namespace abv::net {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// One number of digits only; a list of equal ones counts as one.
std::optional<std::uint64_t> parse_length(std::string_view list) {
  std::optional<std::uint64_t> length;
  for (bool at_end = false; !at_end;) {
    at_end = list.find(',') == std::string_view::npos;
    const std::string_view element = next_element(list);
    std::uint64_t value = 0;
    const char* const end = element.data() + element.size();
    const auto [stop, error] = std::from_chars(element.data(), end, value);
    if (element.empty() || stop != end || error != std::errc()) return std::nullopt;
    if (length && *length != value) return std::nullopt;
    length = value;
  }
  return length;
}

Error invalid(std::string message) {
  return {Error::Code::kInvalid, std::move(message)};
}

}  // namespace

const std::string_view* ResponseHead::find(std::string_view name) const {
  for (const Header& header : headers) {
    if (equal_ignoring_case(header.name, name)) return &header.value;
  }
  return nullptr;
}

std::string_view ResponseHead::get(std::string_view name) const {
  const std::string_view* const value = find(name);
  return value != nullptr ? *value : std::string_view();
}

void HeadParser::reset(bool to_head_request) {
  text_.clear();
  line_start_ = 0;
  done_ = false;
  to_head_request_ = to_head_request;
}

Result<std::size_t> HeadParser::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !done_) {
    const std::string_view rest = bytes.substr(taken);
    const std::size_t lf = rest.find('\n');
    const std::size_t length = lf == std::string_view::npos ? rest.size() : lf + 1;
    if (text_.size() + length > kMaxBytes) {
      return Error{Error::Code::kLimit, "head is larger than 64 KiB"};
    }
    text_.append(rest, 0, length);
    taken += length;
    if (lf == std::string_view::npos) {
      break;
    }
    const std::size_t line = text_.size() - line_start_;
    if (line < 2 || text_[text_.size() - 2] != '\r') {
      return invalid("head has a line that does not end in CRLF");
    }
    done_ = line == 2;
    line_start_ = text_.size();
  }
  // What is no HTTP at all is refused at once, not after a timeout.
  if (text_.compare(0, 5, "HTTP/", std::min<std::size_t>(text_.size(), 5)) != 0) {
    return invalid("answer is not HTTP/1.1, it starts with " + quoted(text_));
  }
  if (done_) {
    if (auto parsed = parse(); !parsed) return std::move(parsed.error());
  }
  return taken;
}

Result<void> HeadParser::parse() {
  head_.headers.clear();
  std::string_view rest = text_;
  bool is_first = true;
  while (rest.size() > 2) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    auto parsed = is_first ? parse_status_line(line) : parse_header(line);
    if (!parsed) return parsed;
    is_first = false;
    rest.remove_prefix(end + 2);
  }
  if (is_first) {
    return invalid("head has no status line");
  }
  return decide_framing();
}

Result<void> HeadParser::parse_status_line(std::string_view line) {
  // HTTP/1.x SP three digits [SP reason]
  const bool well_formed = line.size() >= 12 && line.starts_with("HTTP/1.") &&
                           (line[7] == '0' || line[7] == '1') && line[8] == ' ' && line[9] >= '1' &&
                           line[9] <= '9' && is_digit(line[10]) && is_digit(line[11]) &&
                           (line.size() == 12 || line[12] == ' ') && is_field_value(line);
  if (!well_formed) {
    return invalid("status line is not HTTP/1.1: " + quoted(line));
  }
  head_.minor_version = line[7] - '0';
  head_.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  head_.reason = line.size() > 13 ? line.substr(13) : std::string_view();
  return {};
}

Result<void> HeadParser::parse_header(std::string_view line) {
  if (head_.headers.size() >= kMaxHeaders) {
    return Error{Error::Code::kLimit, "head has more than 256 headers"};
  }
  return parse_header_line(line, head_.headers.emplace_back());
}

Result<void> HeadParser::decide_framing() {
  std::optional<std::uint64_t> length;
  bool has_length = false;
  bool has_coding = false;
  bool says_close = false;
  bool says_keep = false;
  for (const Header& header : head_.headers) {
    if (equal_ignoring_case(header.name, "content-length")) {
      const auto value = parse_length(header.value);
      if (!value || (has_length && *length != *value)) {
        return invalid("malformed or conflicting content-length " + quoted(header.value));
      }
      length = value;
      has_length = true;
    } else if (equal_ignoring_case(header.name, "transfer-encoding")) {
      if (has_coding || !equal_ignoring_case(header.value, "chunked")) {
        return invalid("unsupported transfer-encoding " + quoted(header.value));
      }
      has_coding = true;
    } else if (equal_ignoring_case(header.name, "connection")) {
      says_close = says_close || has_element(header.value, "close");
      says_keep = says_keep || has_element(header.value, "keep-alive");
    }
  }
  if (has_length && has_coding) {
    return invalid("head has both content-length and transfer-encoding");
  }
  if (has_coding && head_.minor_version == 0) {
    return invalid("transfer-encoding in an HTTP/1.0 answer");
  }
  const bool is_bodiless = head_.status < 200 || head_.status == 204 || head_.status == 304;
  head_.framing = is_bodiless || to_head_request_ ? Framing::kNone
                  : has_coding                    ? Framing::kChunked
                  : has_length                    ? Framing::kLength
                                                  : Framing::kClose;
  head_.content_length = length.value_or(0);
  head_.keep_alive =
      !says_close && (head_.minor_version == 1 || says_keep) && head_.framing != Framing::kClose;
  return {};
}

}  // namespace abv::net
