#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/secret.hpp"

namespace abv::upstream {

// 0 is without limit, for each.
struct Timeouts {
  Nanos connect = std::chrono::seconds(10);  // name lookup excepted; TCP, proxy and TLS together
  Nanos first_byte = std::chrono::seconds(600);  // from the request sent to the whole head received
  Nanos idle = std::chrono::seconds(300);        // between two pieces of the body, either way
  Nanos total{0};                                // from start() to the last byte
};

// How one provider's upstream is reached.
struct Settings {
  Timeouts timeouts;
  Secret proxy;         // "http://user:password@host:port"; empty for none
  std::string ca_file;  // PEM; empty for the system's authorities
  std::size_t max_idle = 128;
  Nanos idle_lifetime = std::chrono::seconds(25);  // most servers close after 30 to 60 s
};

}  // namespace abv::upstream
