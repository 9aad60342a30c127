#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "tests/bench/wire/socket.hpp"

namespace abv::bench {

// A level-triggered epoll set. Closing a descriptor takes it out. For one thread.
class Poller {
 public:
  // Dies when the system has no epoll descriptor left.
  Poller();

  // `key` comes back in the data.u64 of the events of `fd`. Dies when the kernel refuses.
  void add(const Fd& fd, std::uint32_t events, std::uint64_t key);
  void modify(const Fd& fd, std::uint32_t events, std::uint64_t key);

  // Waits until something is ready or `timeout_ms` passed; -1 waits for ever. The span is valid
  // until the next call.
  std::span<const epoll_event> wait(int timeout_ms);

 private:
  Fd set_;
  std::array<epoll_event, 256> ready_{};
};

}  // namespace abv::bench
