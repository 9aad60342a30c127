#include "tests/bench/load/reply_reader.hpp"

#include <algorithm>

#include "tests/bench/wire/arguments.hpp"

namespace abv::bench {
namespace {

constexpr std::size_t kMaxHeadBytes = std::size_t{64} * 1024;
constexpr std::size_t kExcerptBytes = 160;
constexpr int kOk = 200;

// 0 when the line is not the start of an HTTP/1 reply.
int read_status(std::string_view line) {
  constexpr std::string_view kVersion = "HTTP/1.";
  if (line.substr(0, kVersion.size()) != kVersion) return 0;
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return 0;
  return static_cast<int>(parse_number(line.substr(blank + 1, 3)).value_or(0));
}

}  // namespace

std::string_view failure_name(Failure failure) {
  switch (failure) {
    case Failure::kNone:
      return "none";
    case Failure::kConnect:
      return "connect";
    case Failure::kClosedEarly:
      return "closed_early";
    case Failure::kStatus:
      return "status";
    case Failure::kMalformed:
      return "malformed";
    case Failure::kNotFinal:
      return "not_final";
    case Failure::kEventCount:
      return "event_count";
    case Failure::kTimeout:
      return "timeout";
  }
  return "unknown";
}

void ReplyReader::restart() {
  head_.clear();
  has_head_ = false;
  status_ = 0;
  stream_.restart(rules_.dialect);
  last_byte_ = 0;
  excerpt_.clear();
  wants_close_ = false;
  is_over_ = false;
  failure_ = Failure::kNone;
  bytes_ = 0;
}

void ReplyReader::feed(std::string_view bytes) {
  bytes_ += bytes.size();
  if (!has_head_) {
    const std::size_t before = head_.size();
    head_ += bytes.substr(0, kMaxHeadBytes);
    const std::size_t length = head_length(head_);
    if (length == 0) {
      if (head_.size() > kMaxHeadBytes) fail(Failure::kMalformed);
      return;
    }
    head_.resize(length);
    read_head(head_);
    bytes.remove_prefix(length - before);
  }
  while (!bytes.empty() && !is_over_ && !body_.is_done()) {
    const auto step = body_.next(bytes);
    if (!step.payload.empty()) take_payload(step.payload);
    bytes.remove_prefix(step.used);
    if (body_.is_broken()) return fail(Failure::kMalformed);
  }
  if (is_over_ || !body_.is_done()) return;
  // We send no second request before the reply to the first, so nothing may follow it.
  if (!bytes.empty()) return fail(Failure::kMalformed);
  finish();
}

void ReplyReader::feed_end() {
  if (is_over_) return;
  wants_close_ = true;
  if (has_head_ && body_.ends_at_close()) return finish();
  fail(Failure::kClosedEarly);
}

std::string ReplyReader::describe() const {
  std::string text(failure_name(failure_));
  if (status_ != 0) text += ", status " + std::to_string(status_);
  if (rules_.is_stream && status_ == kOk) text += ", events " + std::to_string(events());
  if (!excerpt_.empty()) text += ": " + excerpt_;
  for (char& letter : text) {
    if (letter < ' ' || letter > '~' || letter == '\\') letter = ' ';
    if (letter == '"') letter = '\'';
  }
  return text;
}

void ReplyReader::read_head(std::string_view head) {
  has_head_ = true;
  body_.expect_close();
  HeadCursor cursor(head);
  status_ = read_status(cursor.start_line());
  if (status_ == 0) return fail(Failure::kMalformed);
  std::string_view name;
  std::string_view value;
  while (cursor.next(name, value)) {
    if (equal_ignoring_case(name, "content-length")) {
      const auto length = parse_number(value);
      if (!length) return fail(Failure::kMalformed);
      body_.expect_length(*length);
    } else if (equal_ignoring_case(name, "transfer-encoding")) {
      body_.expect_chunks();
    } else if (equal_ignoring_case(name, "connection")) {
      wants_close_ = equal_ignoring_case(value, "close");
    }
  }
}

void ReplyReader::take_payload(std::string_view payload) {
  if (status_ != kOk) {
    excerpt_ += payload.substr(0, kExcerptBytes - std::min(kExcerptBytes, excerpt_.size()));
    return;
  }
  if (rules_.is_stream) return stream_.feed(payload);
  const std::size_t last = payload.find_last_not_of(" \t\r\n");
  if (last != std::string_view::npos) last_byte_ = payload[last];
}

void ReplyReader::finish() {
  is_over_ = true;
  if (status_ != kOk) return fail(Failure::kStatus);
  if (!rules_.is_stream) {
    if (last_byte_ != '}') fail(Failure::kNotFinal);
    return;
  }
  if (!stream_.is_final()) return fail(Failure::kNotFinal);
  if (stream_.events() != rules_.events) fail(Failure::kEventCount);
}

void ReplyReader::fail(Failure failure) {
  is_over_ = true;
  failure_ = failure;
  if (failure != Failure::kStatus) wants_close_ = true;
}

}  // namespace abv::bench
