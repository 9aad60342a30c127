#include "tests/bench/wire/socket.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "tests/bench/wire/arguments.hpp"
#include "tests/bench/wire/program.hpp"

namespace abv::bench {
namespace {

constexpr int kBacklog = 4096;

const sockaddr* as_sockaddr(const Endpoint& endpoint) {
  return reinterpret_cast<const sockaddr*>(&endpoint);
}

void set_flag(const Fd& socket, int level, int name, int value) {
  setsockopt(socket.get(), level, name, &value, sizeof value);
}

}  // namespace

void Fd::reset(int number) {
  if (number_ >= 0) ::close(number_);
  number_ = number;
}

Endpoint parse_endpoint(std::string_view text) {
  std::string_view rest = text;
  constexpr std::string_view kScheme = "http://";
  if (rest.substr(0, kScheme.size()) == kScheme) rest.remove_prefix(kScheme.size());
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  Endpoint endpoint{};
  endpoint.sin_family = AF_INET;
  if (colon != std::string_view::npos) {
    const std::string host(rest.substr(0, colon));
    const auto port = parse_number(rest.substr(colon + 1));
    if (port && *port <= 65535 && inet_pton(AF_INET, host.c_str(), &endpoint.sin_addr) == 1) {
      endpoint.sin_port = htons(static_cast<std::uint16_t>(*port));
      return endpoint;
    }
  }
  die("expected an IPv4 address and a port like 127.0.0.1:8045, got \"" + std::string(text) + '"');
}

Fd listen_on(const Endpoint& endpoint) {
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) die_errno("socket");
  set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (bind(fd.get(), as_sockaddr(endpoint), sizeof endpoint) != 0) die_errno("bind");
  if (listen(fd.get(), kBacklog) != 0) die_errno("listen");
  return fd;
}

std::uint16_t local_port(const Fd& socket) {
  Endpoint endpoint{};
  socklen_t length = sizeof endpoint;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&endpoint), &length) != 0) {
    die_errno("getsockname");
  }
  return ntohs(endpoint.sin_port);
}

Fd connect_to(const Endpoint& endpoint, std::size_t receive_buffer) {
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return fd;
  set_no_delay(fd);
  if (receive_buffer != 0) {
    set_flag(fd, SOL_SOCKET, SO_RCVBUF, static_cast<int>(receive_buffer));
  }
  if (connect(fd.get(), as_sockaddr(endpoint), sizeof endpoint) == 0) return fd;
  if (errno != EINPROGRESS) fd.reset();
  return fd;
}

int socket_error(const Fd& socket) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

void set_no_delay(const Fd& socket) {
  set_flag(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

}  // namespace abv::bench
