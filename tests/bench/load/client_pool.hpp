#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "tests/bench/load/client_connection.hpp"
#include "tests/bench/wire/poller.hpp"

namespace abv::bench {

// Many connections in one event loop. For one thread.
class ClientPool {
 public:
  // What happened on a connection, by its number. A call that is over may be followed by another
  // from inside the function.
  using Listener = std::function<void(std::size_t)>;

  // `receive_buffer` is for each socket, 0 leaves the default.
  ClientPool(const Endpoint& endpoint, std::size_t count, const ReplyRules& rules,
             std::size_t receive_buffer);

  std::size_t size() const { return entries_.size(); }
  const ClientConnection& operator[](std::size_t index) const { return entries_[index].connection; }

  // `request` must live until the call is over.
  void start_call(std::size_t index, std::string_view request);
  void close(std::size_t index);

  // Stops and takes up reading; the kernel then fills its buffers and holds the peer back.
  void pause(std::size_t index);
  void resume(std::size_t index);

  // Waits for something to happen, `timeout_ms` at most, and tells `listener`.
  void poll(int timeout_ms, const Listener& listener);

  std::size_t busy() const;

 private:
  struct Entry {
    ClientConnection connection;
    int polled = -1;  // the descriptor that is in the poller
    std::uint32_t polled_events = 0;
    bool is_paused = false;
  };

  void settle(std::size_t index);

  Endpoint endpoint_;
  std::size_t receive_buffer_;
  Poller poller_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> failed_at_start_;
  std::vector<char> scratch_;
};

}  // namespace abv::bench
