#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <string_view>

namespace abv::test {

// A TCP connection on the loopback: `server` is what a server accepted, `client` the other end.
class TwoEnds {
 public:
  TwoEnds() {
    Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
    client.connect(listener.address());
    server = listener.acceptConnection();
  }

  int fd() const { return server.impl()->sockfd(); }

  void say(std::string_view text) {
    client.sendBytes(text.data(), static_cast<int>(text.size()), MSG_NOSIGNAL);
  }

  // Waits until what was said, or the end, has arrived at the server.
  void wait_for_arrival() const {
    pollfd entry{fd(), POLLIN, 0};
    ::poll(&entry, 1, -1);
  }

  // The client goes in order; it stops sending; it goes with a reset.
  void close() { client.close(); }
  void half_close() { client.shutdownSend(); }
  void reset() {
    client.setLinger(true, 0);
    client.close();
  }

  Poco::Net::StreamSocket client;
  Poco::Net::StreamSocket server;
};

}  // namespace abv::test
