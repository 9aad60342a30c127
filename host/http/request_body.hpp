#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/http/inbox.hpp"
#include "host/lane/client_request.hpp"
#include "host/net/request_parser.hpp"

namespace abv::http {

// Reads a request body: first what has arrived with the head, then straight from the socket into
// the reader's buffer.
class RequestBody final : public lane::BodySource {
 public:
  // The inbox, from which the head has been taken, outlives the body.
  RequestBody(const net::RequestHead& head, Inbox& inbox);

  std::optional<std::uint64_t> length() const override { return length_; }
  Result<std::size_t> read(std::span<char> buffer) override;

  // True when the next byte on the connection belongs to the next request.
  bool at_end() const { return done_; }

  // Throws away what is left of the body, so that a client that is still sending can read the
  // answer it was refused with. Gives up after `max_bytes` or `max_time`.
  void discard(net::Stream& stream, std::uint64_t max_bytes, const Clock& clock, Nanos max_time);

 private:
  Result<std::size_t> read_raw(std::span<char> buffer);

  Inbox& inbox_;
  std::optional<std::uint64_t> length_;
  std::uint64_t left_ = 0;
  net::ChunkedDecoder chunked_;
  bool done_ = true;
};

}  // namespace abv::http
