#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/net/http1.hpp"
#include "host/net/stream.hpp"
#include "host/net/url.hpp"

namespace abv::upstream {

// One connection with all the memory that an exchange needs, so that a connection that is used
// again allocates nothing.
struct Connection {
  static constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

  explicit Connection(const net::Url& target)
      : is_https(target.is_https()), host(target.host), port(target.port) {}

  bool leads_to(const net::Url& target) const {
    return port == target.port && is_https == target.is_https() && host == target.host;
  }

  const bool is_https;
  const std::string host;
  const std::uint16_t port;
  net::Stream stream;
  Nanos idle_since{0};

  std::string request_head;
  std::vector<std::string_view> pieces;  // of the request, for one gathered write
  net::HeadParser parser;
  net::ChunkedDecoder decoder;

  // What was received and not yet taken: buffer[begin, end).
  std::unique_ptr<char[]> buffer = std::make_unique_for_overwrite<char[]>(kBufferSize);
  std::size_t begin = 0;
  std::size_t end = 0;
};

}  // namespace abv::upstream
