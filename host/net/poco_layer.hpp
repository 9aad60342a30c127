#pragma once

#include <Poco/Net/StreamSocket.h>

#include "host/net/secure_layer.hpp"

namespace abv::net {

// TLS over a SecureStreamSocket of Poco, as its HTTPS server hands it out.
class PocoLayer final : public SecureLayer {
 public:
  explicit PocoLayer(const Poco::Net::StreamSocket& socket) : socket_(socket) {}

  Result<std::size_t> read_some(char* buffer, std::size_t size) override;
  Result<void> write_all(std::span<const std::string_view> pieces) override;
  void set_timeouts(Nanos read, Nanos write) override;
  bool is_quiet() override;
  bool has_pending() override;

 private:
  Result<void> write_piece(std::string_view piece);

  Poco::Net::StreamSocket socket_;
  Nanos read_timeout_{-1};
  Nanos write_timeout_{-1};
  Joiner joiner_;
};

}  // namespace abv::net
