#pragma once

#include <atomic>
#include <mutex>

namespace abv::net {

// Lets any thread end the waiting of the one stream that is bound to it.
//
// It belongs to a call and outlives every stream that is bound to it. An abort sticks: the bound
// stream's reads and writes return kCancelled from then on, and so does every stream bound later.
// At most one stream is bound at a time.
class AbortHandle {
 public:
  AbortHandle() = default;
  AbortHandle(const AbortHandle&) = delete;
  AbortHandle& operator=(const AbortHandle&) = delete;

  // Any thread. Does not block.
  void abort() noexcept;

  // Any thread.
  bool aborted() const noexcept { return aborted_.load(std::memory_order_acquire); }

  // Binds a socket, which the abort shuts down. False when it was aborted before: then nothing is
  // bound. The thread that works on the socket.
  bool attach(int fd) noexcept;

  // Has to come before the socket is closed or given to someone else: the number of a closed socket
  // is soon another call's. False when it was aborted, and the socket so of no more use.
  bool detach() noexcept;

 private:
  std::mutex mutex_;
  int fd_ = -1;
  std::atomic<bool> aborted_{false};
};

}  // namespace abv::net
