#include "tests/bench/upstream/request_reader.hpp"

#include <algorithm>

#include "tests/bench/wire/arguments.hpp"

namespace abv::bench {
namespace {

constexpr std::size_t kMaxHeadBytes = std::size_t{64} * 1024;
constexpr std::size_t kDefaultEvents = 100;
constexpr std::size_t kDefaultPerWrite = 10;
constexpr std::string_view kOptionPrefix = "x-bench-";

std::string_view cut(std::string_view& rest, char mark) {
  const std::size_t end = rest.find(mark);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (state_ == State::kHead) used = feed_head(bytes);
  if (state_ == State::kBody) used += feed_body(bytes.substr(used));
  return used;
}

void RequestReader::next_request() {
  head_.clear();
  state_ = State::kHead;
}

bool RequestReader::take_continue() {
  if (state_ != State::kBody || !request_.wants_continue) return false;
  request_.wants_continue = false;
  return true;
}

std::size_t RequestReader::feed_head(std::string_view bytes) {
  if (head_.empty()) {
    const std::size_t length = head_length(bytes);
    if (length != 0) {
      read_head(bytes.substr(0, length));
      return length;
    }
  }
  const std::size_t before = head_.size();
  head_ += bytes.substr(0, kMaxHeadBytes);
  const std::size_t length = head_length(head_);
  if (length != 0) {
    head_.resize(length);
    read_head(head_);
    return length - before;
  }
  if (head_.size() > kMaxHeadBytes) state_ = State::kBroken;
  return bytes.size();
}

std::size_t RequestReader::feed_body(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && !body_.is_done() && !body_.is_broken()) {
    const auto step = body_.next(bytes.substr(used));
    used += step.used;
    if (!step.payload.empty()) scan_.feed(step.payload);
  }
  if (body_.is_broken()) state_ = State::kBroken;
  if (body_.is_done()) become_ready();
  return used;
}

void RequestReader::read_head(std::string_view head) {
  request_ = BenchRequest{};
  request_.events = kDefaultEvents;
  request_.events_per_write = kDefaultPerWrite;
  has_option_headers_ = false;
  body_.expect_length(0);

  HeadCursor cursor(head);
  read_start_line(cursor.start_line());
  std::string_view name;
  std::string_view value;
  while (cursor.next(name, value))
    read_field(name, value);

  const bool is_chat = request_.kind == BenchRequest::Kind::kChat;
  scan_.restart(is_chat && request_.dialect != Dialect::kGemini, is_chat && !has_option_headers_);
  if (state_ == State::kBroken) return;
  state_ = State::kBody;
  if (body_.is_done()) become_ready();
}

void RequestReader::read_start_line(std::string_view line) {
  std::string_view rest = line;
  const std::string_view method = cut(rest, ' ');
  std::string_view query = cut(rest, ' ');
  const std::string_view path = cut(query, '?');
  using Kind = BenchRequest::Kind;
  if (method == "GET") {
    if (path == "/bench/stats") request_.kind = Kind::kStats;
    if (path == "/v1/models" || path == "/v1beta/models") request_.kind = Kind::kModels;
    request_.wants_reset = query == "reset=1";
    return;
  }
  if (method != "POST") return;
  if (path == "/v1/chat/completions") request_.kind = Kind::kChat;
  if (path == "/v1/messages") {
    request_.kind = Kind::kChat;
    request_.dialect = Dialect::kClaude;
  }
  const bool is_gemini_stream = ends_with(path, ":streamGenerateContent");
  if (is_gemini_stream || ends_with(path, ":generateContent")) {
    request_.kind = Kind::kChat;
    request_.dialect = Dialect::kGemini;
    request_.is_stream = is_gemini_stream;
  }
  while (!query.empty()) {
    std::string_view option = cut(query, '&');
    const std::string_view name = cut(option, '=');
    read_option(name, option);
  }
}

void RequestReader::read_field(std::string_view name, std::string_view value) {
  if (name.size() > kOptionPrefix.size() &&
      equal_ignoring_case(name.substr(0, kOptionPrefix.size()), kOptionPrefix)) {
    read_option(name, value);
    return;
  }
  if (equal_ignoring_case(name, "content-length")) {
    const auto length = parse_number(value);
    if (!length) state_ = State::kBroken;
    body_.expect_length(length.value_or(0));
    return;
  }
  if (equal_ignoring_case(name, "transfer-encoding")) return body_.expect_chunks();
  if (equal_ignoring_case(name, "connection")) {
    request_.wants_close = equal_ignoring_case(value, "close");
    return;
  }
  if (equal_ignoring_case(name, "expect")) request_.wants_continue = true;
}

void RequestReader::read_option(std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, kIdHeader)) {
    has_option_headers_ = true;
    request_.id = value.substr(0, 64);
    return;
  }
  const auto number = parse_number(value);
  if (!number) return;
  if (equal_ignoring_case(name, kEventsHeader)) {
    has_option_headers_ = true;
    request_.events = std::clamp<std::size_t>(*number, kFewestEvents, kMostEvents);
  } else if (equal_ignoring_case(name, kIntervalHeader)) {
    request_.interval =
        static_cast<Nanos>(std::min<std::uint64_t>(*number, 3'600'000'000)) * kMicrosecond;
  } else if (equal_ignoring_case(name, kPerWriteHeader)) {
    request_.events_per_write = std::clamp<std::size_t>(*number, 1, kMostEvents);
  }
}

void RequestReader::read_body_options() {
  std::string_view rest = scan_.options();
  while (!rest.empty()) {
    std::string_view option = cut(rest, ',');
    std::string name(kOptionPrefix);
    name += cut(option, '=');
    // The marker and the headers have the same options but for this shorter name.
    if (name == "x-bench-per-write") name = kPerWriteHeader;
    read_option(name, option);
  }
}

void RequestReader::become_ready() {
  if (scan_.asks_for_stream()) request_.is_stream = true;
  read_body_options();
  state_ = State::kReady;
}

}  // namespace abv::bench
