#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/net/stream.hpp"

namespace abv::http {

// What a client has sent and nobody has taken yet: one buffer per connection, used again for each
// request. One thread.
class Inbox {
 public:
  // The stream outlives the inbox.
  explicit Inbox(net::Stream& stream) : stream_(stream) {}

  std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void take(std::size_t bytes) { begin_ += bytes; }

  // Moves what is unread to the front, which makes room and ends the life of all views.
  void settle();

  // Waits for more and appends it to what is unread, which may move; 0 is the end of the stream.
  Result<std::size_t> fill();

  // Copies what is unread, or reads from the stream when nothing is. Views stay as they are.
  Result<std::size_t> read(std::span<char> out);

  // Makes the last `rest` bytes of the last read(), at the end of what that gave, unread again.
  void put_back(std::string_view rest);

 private:
  void make_room(std::size_t bytes);

  net::Stream& stream_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool read_from_buffer_ = false;
  std::string put_back_;  // comes after what is in the buffer
};

}  // namespace abv::http
