#include "host/lane/reply_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "host/net/http1.hpp"

namespace abv::lane {
namespace {

constexpr std::array<std::string_view, 10> kHopByHop{"connection",
                                                     "keep-alive",
                                                     "proxy-authenticate",
                                                     "proxy-authorization",
                                                     "proxy-connection",
                                                     "te",
                                                     "trailer",
                                                     "transfer-encoding",
                                                     "upgrade",
                                                     "content-length"};

constexpr std::array<std::pair<int, std::string_view>, 41> kReasons{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {529, "Site is overloaded"},
}};

void append_number(std::string& out, std::uint64_t value, int base = 10) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  out.append(digits.data(), end);
}

bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto found = std::find_if(kReasons.begin(), kReasons.end(),
                                  [&](const auto& row) { return row.first == status; });
  return found == kReasons.end() ? "Unknown" : found->second;
}

bool is_hop_by_hop(std::string_view name) {
  return std::any_of(kHopByHop.begin(), kHopByHop.end(),
                     [&](std::string_view one) { return net::equal_ignoring_case(one, name); });
}

ReplyWriter::ReplyWriter(net::Stream& stream, const Clock& clock, ReplyTerms terms)
    : stream_(stream), clock_(clock), terms_(terms), keep_alive_(terms.keep_alive) {}

void ReplyWriter::begin(int status, std::optional<std::uint64_t> content_length) {
  status_ = status;
  content_length_ = content_length;
  if (terms_.sink != nullptr) {
    terms_.sink->begin(status);
  }
  head_.clear();
  head_.reserve(512);
  head_ += "HTTP/1.1 ";
  append_number(head_, static_cast<std::uint64_t>(status));
  head_ += ' ';
  head_ += reason_phrase(status);
  head_ += "\r\n";
}

void ReplyWriter::header(std::string_view name, std::string_view value) {
  if (is_hop_by_hop(name) || !net::is_token(name) || !net::is_field_value(value)) {
    return;
  }
  if (terms_.sink != nullptr) {
    terms_.sink->header(name, value);
    return;
  }
  head_ += name;
  head_ += ": ";
  head_ += value;
  head_ += "\r\n";
}

void ReplyWriter::decide_framing(std::string_view first, bool is_last) {
  if (has_no_body(status_)) {
    framing_ = Framing::kNone;
  } else if (content_length_ || is_last) {
    framing_ = Framing::kLength;
    head_ += "content-length: ";
    append_number(head_, content_length_.value_or(first.size()));
    head_ += "\r\n";
  } else if (terms_.minor_version >= 1) {
    framing_ = Framing::kChunked;
    head_ += "transfer-encoding: chunked\r\n";
  } else {
    framing_ = Framing::kClose;
  }
  if (terms_.minor_version == 0 || framing_ == Framing::kClose) {
    keep_alive_ = false;
  }
  end_head();
}

void ReplyWriter::end_head() {
  if (!protocol_.empty()) {
    head_ += "upgrade: ";
    head_ += protocol_;
    head_ += status_ == 101 ? "\r\nconnection: upgrade\r\n\r\n"
                            : "\r\nconnection: close, upgrade\r\n\r\n";
    keep_alive_ = false;
    return;
  }
  if (keep_alive_) {
    head_ += "keep-alive: timeout=";
    append_number(head_, static_cast<std::uint64_t>(terms_.keep_alive_seconds));
    head_ += "\r\n\r\n";
  } else {
    head_ += "connection: close\r\n\r\n";
  }
}

Result<void> ReplyWriter::send(std::span<const std::string_view> pieces) {
  const Nanos before = clock_.now();
  if (!sent_) {
    first_byte_at_ = before;
  }
  sent_ = true;
  Result<void> result = stream_.write_all(pieces);
  write_time_ += clock_.now() - before;
  if (!result) {
    keep_alive_ = false;
  }
  return result;
}

// Another length than the promised one would make the client wait, or read it as the next answer.
Error ReplyWriter::break_promise(std::uint64_t bytes) {
  keep_alive_ = false;
  return Error{Error::Code::kInvalid, "the answer has " + std::to_string(bytes) +
                                          " bytes, but its content-length promised " +
                                          std::to_string(*content_length_)};
}

Result<void> ReplyWriter::pass_on(std::string_view bytes, bool is_last) {
  const Nanos before = clock_.now();
  if (!sent_) {
    first_byte_at_ = before;
  }
  sent_ = true;
  body_bytes_ += bytes.size();
  Result<void> result = terms_.sink->write(bytes, is_last);
  write_time_ += clock_.now() - before;
  finished_ = is_last && result.ok();
  return result;
}

void ReplyWriter::end_badly(std::string_view last_words) {
  const bool is_told = !last_words.empty() && write(last_words).ok();
  if (is_told && terms_.sink != nullptr) {
    terms_.sink->settle();
  }
  cut();
}

void ReplyWriter::fail(int status, std::string_view error) {
  terms_.sink->fail(status, error);
  cut();
}

Result<void> ReplyWriter::write(std::string_view bytes, bool is_last) {
  if (finished_ || (bytes.empty() && !is_last)) {
    return {};
  }
  if (terms_.sink != nullptr) {
    return pass_on(bytes, is_last);
  }
  std::array<std::string_view, 4> pieces;
  std::size_t count = 0;
  if (!sent_) {
    decide_framing(bytes, is_last);
    pieces[count++] = head_;
  }
  const bool has_body = framing_ != Framing::kNone && !terms_.is_head;
  if (has_body && content_length_ &&
      (body_bytes_ + bytes.size() > *content_length_ ||
       (is_last && body_bytes_ + bytes.size() < *content_length_))) {
    return break_promise(body_bytes_ + bytes.size());
  }
  std::string chunk_head;
  if (has_body && !bytes.empty()) {
    body_bytes_ += bytes.size();
    if (framing_ == Framing::kChunked) {
      append_number(chunk_head, bytes.size(), 16);
      chunk_head += "\r\n";
      pieces[count++] = chunk_head;
    }
    pieces[count++] = bytes;
  }
  if (has_body && framing_ == Framing::kChunked) {
    pieces[count++] = bytes.empty() ? "0\r\n\r\n" : is_last ? "\r\n0\r\n\r\n" : "\r\n";
  }
  Result<void> result = count == 0 ? Result<void>() : send(std::span(pieces.data(), count));
  finished_ = is_last && result.ok();
  return result;
}

Result<void> ReplyWriter::finish() {
  return finished_ ? Result<void>() : write({}, true);
}

}  // namespace abv::lane
