#include "host/http/request_body.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace abv::http {

RequestBody::RequestBody(const net::RequestHead& head, Inbox& inbox) : inbox_(inbox) {
  if (head.framing == net::Framing::kChunked) {
    done_ = false;
    return;
  }
  length_ = head.content_length;
  left_ = head.content_length;
  done_ = left_ == 0;
}

Result<std::size_t> RequestBody::read_raw(std::span<char> buffer) {
  Result<std::size_t> n = inbox_.read(buffer);
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
      // What follows the body is the start of the next request.
      inbox_.put_back({buffer.data() + *n - chunked_.unused(), chunked_.unused()});
    }
    if (!content->empty()) {
      std::memmove(buffer.data(), content->data(), content->size());
      return content->size();
    }
  }
  return std::size_t{0};
}

void RequestBody::discard(net::Stream& stream, std::uint64_t max_bytes, const Clock& clock,
                          Nanos max_time) {
  const Nanos end = clock.now() + max_time;
  std::array<char, 16 * 1024> scratch;
  stream.set_read_timeout(max_time);
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
