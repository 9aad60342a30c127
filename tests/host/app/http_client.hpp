#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace abv::test {

// What a client got for one request.
struct Answer {
  int status = 0;
  std::string head;          // to the empty line, with it
  std::string body;          // without chunk framing
  bool is_complete = false;  // it ended as its framing says, not with the connection

  // The first header of that name, any case; "" for none.
  std::string header(std::string_view name) const;
};

// The bytes of a request to 127.0.0.1. Each header is a line without its end.
std::string request(std::string_view method, std::string_view target, std::string_view body = "",
                    std::initializer_list<std::string_view> headers = {});

// A client on one connection, blocking, that shares no code with the host. What takes longer than
// half a minute throws std::runtime_error, so that a fault fails a test instead of hanging it.
class Client {
 public:
  // A `receive_buffer` above 0 keeps the kernel from taking more than about so much.
  explicit Client(std::uint16_t port, int receive_buffer = 0);
  Client(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // That the host has closed its end is not reported: it may have answered before.
  void send(std::string_view bytes);

  // The next answer, to its end or to the connection's.
  Answer read_answer();
  Answer call(std::string_view bytes);

  // Waits for "100 Continue".
  void wait_for_continue();

  // Waits until the body of the answer in progress holds `text`. Throws when the answer ends first.
  void read_until(std::string_view text);

  // Waits until the host closes the connection, and drops what comes until then.
  void read_until_closed();

  void half_close();
  void close();
  // Closes with a reset: what is on its way is lost.
  void reset();

 private:
  enum class Stage { kHead, kBody, kUntilClosed, kChunkSize, kChunk, kChunkEnd, kTrailer, kDone };

  bool receive();
  void advance();
  bool advance_one();
  bool take_head();
  void take_body(Stage next);

  int fd_ = -1;
  std::string unread_;
  Answer answer_;
  Stage stage_ = Stage::kHead;
  std::size_t left_ = 0;
};

}  // namespace abv::test
