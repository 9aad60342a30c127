#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/call.hpp"

namespace auth {

// Keeps web pages away from a proxy that asks for no key. A page in the user's browser can reach
// 127.0.0.1, directly or through a DNS name that is made to point there; it cannot forge Host,
// Origin or Sec-Fetch-Site.
class BrowserGuard {
 public:
  // `listen_host` and `allowed_hosts` are names that the Host header may carry besides the loopback
  // ones; an entry with a port is for that port only.
  BrowserGuard(std::string listen_host, std::vector<std::string> allowed_hosts);

  // Throws a Failure of type "forbidden_origin" for a request that another site's page may have
  // sent. A request without Host passes: no browser sends one, and HTTP/1.0 programs do.
  void check(const abv::sdk::Call& call) const;

 private:
  bool is_known_host(std::string_view authority) const;

  std::vector<std::string> known_;
};

}  // namespace auth
