#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace abv::bench {

// Owns one file descriptor; -1 is none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.number_, -1));
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void reset(int number = -1);

 private:
  int number_ = -1;
};

// An IPv4 address and port in network order.
using Endpoint = sockaddr_in;

// Reads "127.0.0.1:8045" or "http://127.0.0.1:8045"; dies on anything else. Names are not resolved.
Endpoint parse_endpoint(std::string_view text);

// A non-blocking listening socket. Several may share one port (SO_REUSEPORT); port 0 lets the
// system choose. Dies when the address can't be had.
Fd listen_on(const Endpoint& endpoint);

std::uint16_t local_port(const Fd& socket);

// Starts a non-blocking connect with TCP_NODELAY; a socket that is writable and has no SO_ERROR is
// connected. `receive_buffer` caps what the kernel takes from a peer for us; 0 leaves the default.
// The result is not open when no socket or no local port is left.
Fd connect_to(const Endpoint& endpoint, std::size_t receive_buffer);

// The pending error of a socket, 0 when there is none.
int socket_error(const Fd& socket);

void set_no_delay(const Fd& socket);

}  // namespace abv::bench
