#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "host/net/secure_layer.hpp"
#include "host/net/tls.hpp"
#include "host/net/wire.hpp"

namespace abv::net {

// TLS of our own making, as a client, over a Wire.
//
// OpenSSL gets a BIO that reads and writes through the Wire, so that time limits and the absence of
// SIGPIPE are the same as on plain streams.
class TlsLayer final : public SecureLayer {
 public:
  // `wire` and `client` outlive the layer.
  TlsLayer(TlsClient& client, Wire& wire, const TlsPeer& peer);
  ~TlsLayer() override;
  TlsLayer(const TlsLayer&) = delete;
  TlsLayer& operator=(const TlsLayer&) = delete;

  Result<void> handshake(Nanos limit);

  Result<std::size_t> read_some(char* buffer, std::size_t size) override;
  Result<void> write_all(std::span<const std::string_view> pieces) override;
  void set_timeouts(Nanos read, Nanos write) override;
  bool is_quiet() override;
  bool has_pending() override;

  // For OpenSSL's callbacks.
  int receive(char* buffer, int size);
  int send(const char* buffer, int size);
  int keep_session(SSL_SESSION* session);

 private:
  enum class Waiting { kBlock, kNoWait, kNoCall };

  bool start_clock();
  Result<void> write_piece(std::string_view piece);
  Error failure(const char* doing, int result);

  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  TlsClient& client_;
  Wire& wire_;
  const std::string session_key_;
  std::string setup_error_;
  Nanos handshake_end_{0};  // on the steady clock, while shaking hands under a limit
  Waiting waiting_ = Waiting::kBlock;
  int errno_ = 0;
  bool ended_ = false;
  bool broken_ = false;
  Joiner joiner_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace abv::net
