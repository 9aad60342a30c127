#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/base/secret.hpp"
#include "host/net/abort_handle.hpp"
#include "host/net/tls.hpp"
#include "host/net/url.hpp"
#include "host/upstream/connection.hpp"
#include "host/upstream/settings.hpp"

struct addrinfo;

namespace abv::upstream {

// An HTTP proxy as the settings name it.
struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  Secret authorization;  // value of proxy-authorization; empty for none
};

// "http://user:password@host:port" → its parts. The message of an error never repeats the text.
Result<Proxy> parse_proxy(const Secret& text);

// "600 s", "1500 ms", for messages.
std::string in_words(Nanos time);

// Makes connections: name lookup, TCP, CONNECT through a proxy, TLS. Any thread.
class Connector {
 public:
  static Result<std::unique_ptr<Connector>> make(const Settings& settings, const Clock& clock);

  // See Pool::acquire. The stream of the connection is bound to `abort`.
  Result<std::unique_ptr<Connection>> connect(const net::Url& target, Nanos deadline,
                                              net::AbortHandle& abort);

  const Proxy& proxy() const { return proxy_; }

 private:
  struct Attempt;

  Connector(const Settings& settings, const Clock& clock) : settings_(settings), clock_(clock) {}

  Result<void> connect_tcp(Attempt& attempt, net::AbortHandle& abort);
  Result<int> try_address(const addrinfo& address, Nanos limit, net::AbortHandle& abort) const;
  Result<void> open_tunnel(Attempt& attempt);
  Result<void> start_tls(Attempt& attempt);
  Result<net::TlsClient*> tls();

  const Settings& settings_;
  const Clock& clock_;
  Proxy proxy_;
  std::mutex tls_mutex_;
  std::unique_ptr<net::TlsClient> tls_;
};

}  // namespace abv::upstream
