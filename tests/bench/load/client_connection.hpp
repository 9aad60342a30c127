#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tests/bench/load/reply_reader.hpp"
#include "tests/bench/wire/clock.hpp"
#include "tests/bench/wire/socket.hpp"

namespace abv::bench {

// One connection that makes calls, one after the other, and is kept between them. For one thread.
class ClientConnection {
 public:
  explicit ClientConnection(const ReplyRules& rules) : reply_(rules) {}

  // Starts a call; connects when there is no connection. `request` must live until the call is
  // over.
  void start_call(const Endpoint& endpoint, std::size_t receive_buffer, std::string_view request);

  // Does what `events` of epoll allow. `scratch` is only used during the call.
  void on_ready(std::uint32_t events, std::span<char> scratch);

  // Leaves, in the middle of a call or not.
  void close();

  const Fd& socket() const { return socket_; }
  bool is_busy() const { return is_busy_; }  // a call has been started and is not over
  bool wants_write() const { return is_busy_ && unsent_.size() != 0; }

  // About the last call. Times are 0 when that did not happen.
  Failure failure() const { return failure_; }
  const ReplyReader& reply() const { return reply_; }
  Nanos started() const { return started_; }
  Nanos first_byte() const { return first_byte_; }

 private:
  void send_more();
  void receive(std::span<char> scratch);
  void end_call(Failure failure);

  Fd socket_;
  bool is_connected_ = false;
  bool is_busy_ = false;
  std::string_view unsent_;
  ReplyReader reply_;
  Failure failure_ = Failure::kNone;
  Nanos started_ = 0;
  Nanos first_byte_ = 0;
};

}  // namespace abv::bench
