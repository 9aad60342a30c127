#pragma once

#include <string>

#include "tests/support/temp_dir.hpp"

namespace abv::test {

// A certificate authority and a server certificate made by it, in a directory of their own, which
// goes with the object. Throws std::runtime_error when OpenSSL fails.
class TestCerts {
 public:
  // The certificate is for `dns_name` and, unless it is empty, `ip_address`.
  explicit TestCerts(const std::string& dns_name = "localhost",
                     const std::string& ip_address = "127.0.0.1");

  std::string ca_file() const { return (directory_.path() / "ca.pem").string(); }
  std::string cert_file() const { return (directory_.path() / "server.pem").string(); }
  std::string key_file() const { return (directory_.path() / "server.key").string(); }

 private:
  TempDir directory_;
};

}  // namespace abv::test
