#include "host/net/abort_handle.hpp"

#include <sys/socket.h>

namespace abv::net {

void AbortHandle::abort() noexcept {
  const std::lock_guard lock(mutex_);
  aborted_.store(true, std::memory_order_release);
  if (fd_ >= 0) {
    ::shutdown(fd_, SHUT_RDWR);
  }
}

bool AbortHandle::attach(int fd) noexcept {
  const std::lock_guard lock(mutex_);
  if (aborted()) {
    return false;
  }
  fd_ = fd;
  return true;
}

bool AbortHandle::detach() noexcept {
  const std::lock_guard lock(mutex_);
  fd_ = -1;
  return !aborted();
}

}  // namespace abv::net
