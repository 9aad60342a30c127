#include "host/http/request_body.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace abv::http {
namespace {

Error invalid(std::string_view rule) {
  return Error{Error::Code::kInvalid, "request head: " + std::string(rule)};
}

}  // namespace

Result<RequestBody> RequestBody::make(const std::vector<net::Header>& headers,
                                      std::string read_ahead, net::Stream& stream) {
  RequestBody body(stream, std::move(read_ahead));
  std::optional<std::string_view> length;
  std::optional<std::string_view> coding;
  for (const net::Header& header : headers) {
    // "Content-Length : 5" is a length for some readers and none for others.
    if (!net::is_token(header.name)) {
      return invalid("expected header names of token characters");
    }
    if (net::equal_ignoring_case(header.name, "content-length")) {
      if (length && *length != header.value) {
        return invalid("two different content-length headers");
      }
      length = header.value;
    } else if (net::equal_ignoring_case(header.name, "transfer-encoding")) {
      if (coding) {
        return invalid("more than one transfer-encoding header");
      }
      coding = header.value;
    }
  }
  if (length && coding) {
    return invalid("content-length and transfer-encoding together");
  }
  if (coding) {
    if (!net::equal_ignoring_case(*coding, "chunked")) {
      return invalid("expected transfer-encoding \"chunked\"");
    }
    body.length_.reset();
    body.done_ = false;
  }
  if (length) {
    std::uint64_t bytes = 0;
    const char* end = length->data() + length->size();
    const auto parsed = std::from_chars(length->data(), end, bytes);
    if (length->empty() || parsed.ec != std::errc() || parsed.ptr != end) {
      return invalid("expected a content-length in digits");
    }
    body.length_ = bytes;
    body.left_ = bytes;
    body.done_ = bytes == 0;
  }
  return body;
}

Result<std::size_t> RequestBody::read_raw(std::span<char> buffer) {
  const std::size_t ready = read_ahead_.size() - read_ahead_at_;
  if (ready > 0) {
    const std::size_t n = std::min(ready, buffer.size());
    std::memcpy(buffer.data(), read_ahead_.data() + read_ahead_at_, n);
    read_ahead_at_ += n;
    return n;
  }
  Result<std::size_t> n = stream_->read_some(buffer.data(), buffer.size());
  if (n && *n == 0) {
    return Error{Error::Code::kCancelled, "the client closed the connection within its request"};
  }
  return n;
}

Result<std::size_t> RequestBody::read(std::span<char> buffer) {
  if (done_ || buffer.empty()) {
    return std::size_t{0};
  }
  if (length_) {
    const std::size_t most =
        static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size()));
    Result<std::size_t> n = read_raw(buffer.first(most));
    if (n) {
      left_ -= *n;
      done_ = left_ == 0;
    }
    return n;
  }
  while (!done_) {
    Result<std::size_t> n = read_raw(buffer);
    if (!n) {
      return n;
    }
    const Result<std::string_view> content = chunked_.decode(buffer.first(*n));
    if (!content) {
      return content.error();
    }
    if (chunked_.done()) {
      done_ = true;
      // What follows the body is the start of the next request: it must not be lost unnoticed.
      read_ahead_.replace(0, read_ahead_at_, buffer.data() + *n - chunked_.unused(),
                          chunked_.unused());
      read_ahead_at_ = 0;
    }
    if (!content->empty()) {
      std::memmove(buffer.data(), content->data(), content->size());
      return content->size();
    }
  }
  return std::size_t{0};
}

void RequestBody::discard(std::uint64_t max_bytes, const Clock& clock, Nanos max_time) {
  const Nanos end = clock.now() + max_time;
  std::array<char, 16 * 1024> scratch;
  stream_->set_read_timeout(max_time);
  std::uint64_t discarded = 0;
  while (!done_ && discarded < max_bytes && clock.now() < end) {
    const Result<std::size_t> n = read(scratch);
    if (!n) {
      return;
    }
    discarded += *n;
  }
}

}  // namespace abv::http
