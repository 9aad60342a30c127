#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/lane/client_request.hpp"

namespace abv::http {

// Reads a request body straight from the socket: first what Poco has read ahead with the head, then
// one recv per piece, without the copies of a stream buffer.
class RequestBody final : public lane::BodySource {
 public:
  // Takes the body's framing from the headers. kInvalid when they contradict each other: two
  // different lengths, a length together with transfer-encoding, or a blank in a name are how
  // requests are smuggled.
  static Result<RequestBody> make(const std::vector<net::Header>& headers, std::string read_ahead,
                                  net::Stream& stream);

  std::optional<std::uint64_t> length() const override { return length_; }
  Result<std::size_t> read(std::span<char> buffer) override;

  // True when bytes of a next request were read ahead with this one, as far as that can be told
  // before the body is read.
  bool is_followed() const { return length_ && read_ahead_.size() - read_ahead_at_ > left_; }

  // True when the next byte on the connection belongs to the next request.
  bool at_end() const { return done_ && read_ahead_.size() == read_ahead_at_; }

  // Throws away what is left of the body, so that a client that is still sending can read the
  // answer it was refused with. Gives up after `max_bytes` or `max_time`.
  void discard(std::uint64_t max_bytes, const Clock& clock, Nanos max_time);

 private:
  RequestBody(net::Stream& stream, std::string read_ahead)
      : stream_(&stream), read_ahead_(std::move(read_ahead)) {}

  Result<std::size_t> read_raw(std::span<char> buffer);

  net::Stream* stream_;
  std::string read_ahead_;
  std::size_t read_ahead_at_ = 0;
  std::optional<std::uint64_t> length_{0};
  std::uint64_t left_ = 0;
  net::ChunkedDecoder chunked_;
  bool done_ = true;
};

}  // namespace abv::http
