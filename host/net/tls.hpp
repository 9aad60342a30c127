#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace abv::net {

// Who is on the other side of a TLS connection.
struct TlsPeer {
  std::string host;         // name or IP address that the certificate has to carry
  std::string session_key;  // connections with the same key may resume each other's sessions
};

// What TLS connections of one kind share: the accepted authorities, and sessions to resume.
//
// TLS 1.2 or newer; certificates and host names are always verified. Every method may be called
// from any thread. It outlives the streams that use it.
class TlsClient {
 public:
  // `ca_file`: PEM certificates of the authorities to accept, instead of the system's; "" for the
  // system's. kInvalid when the file holds none or cannot be read.
  static Result<std::unique_ptr<TlsClient>> make(const std::string& ca_file);

  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient();

 private:
  friend class TlsLayer;
  struct State;
  explicit TlsClient(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace abv::net
