#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/net/stream.hpp"
#include "host/net/tls.hpp"
#include "tests/support/test_certs.hpp"

namespace abv::test {

// A frame as a client sends it: `first` is its first byte, and the payload gets masked.
std::string frame(unsigned first, std::string_view payload);

inline constexpr unsigned kFinal = 0x80;
inline constexpr unsigned kTextFrame = kFinal | 1;
inline constexpr unsigned kCloseFrame = kFinal | 8;
inline constexpr unsigned kPingFrame = kFinal | 9;
inline constexpr unsigned kPongFrame = kFinal | 10;

// The payload of a close frame.
std::string close_code(unsigned code);

// The value of the first member "type" in a JSON text.
std::string type_of(std::string_view json);

// A WebSocket client that sends what a test wants it to send. It waits for at most half a minute,
// after which the words are "silence".
class SocketClient {
 public:
  // Connects; over TLS where there are certificates.
  explicit SocketClient(std::uint16_t port, const TestCerts* certs = nullptr);
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  // Asks for a WebSocket with these headers beside those that it takes; gives the status.
  int open(std::string_view target = "/v1/responses",
           std::initializer_list<std::string_view> headers = {});

  // Waits for the head of the answer, and gives its status; 0 at the connection's end.
  int hear_head();

  // The head that came.
  const std::string& head() const { return head_; }
  std::string header(std::string_view name) const;

  void say(std::string_view text) { send(frame(kTextFrame, text)); }
  void send(std::string_view bytes);

  // The next frame: a text as it is, "ping(…)", "pong(…)", "close(1001 reason)", "end" when the
  // connection has ended.
  std::string hear();

  // The messages of one answer, to its last one.
  std::vector<std::string> hear_answer();

  // Sends a message and gives the types of the messages of its answer, joined by blanks.
  std::string ask(std::string_view text);

  // Ends the connection without a word.
  void drop() { stream_.close(); }

 private:
  bool need(std::size_t bytes);
  std::string take(std::size_t bytes);

  std::unique_ptr<net::TlsClient> tls_;
  net::Stream stream_;
  std::string head_;
  std::string unread_;
  std::string end_ = "end";
};

}  // namespace abv::test
