#include "host/http/open_sockets.hpp"

#include <sys/socket.h>

namespace abv::http {

OpenSockets::Entry::Entry(OpenSockets& sockets, int fd)
    : sockets_(sockets), fd_(fd), is_open_(sockets.add(fd)) {}

OpenSockets::Entry::~Entry() {
  const std::lock_guard lock(sockets_.mutex_);
  sockets_.open_.erase(fd_);
}

bool OpenSockets::add(int fd) {
  const std::lock_guard lock(mutex_);
  if (!ended_) {
    open_.emplace(fd, nullptr);
  }
  return !ended_;
}

void OpenSockets::Entry::tell(Farewell* farewell) {
  const std::lock_guard lock(sockets_.mutex_);
  if (is_open_) {
    sockets_.open_[fd_] = farewell;
  }
}

void OpenSockets::stop() {
  const std::lock_guard lock(mutex_);
  for (const auto& [fd, farewell] : open_) {
    if (farewell != nullptr) {
      farewell->leave();
    }
  }
}

void OpenSockets::end() {
  stop();
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (const auto& [fd, farewell] : open_) {
    ::shutdown(fd, SHUT_RDWR);
  }
}

}  // namespace abv::http
