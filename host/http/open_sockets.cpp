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
    open_.insert(fd);
  }
  return !ended_;
}

void OpenSockets::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (const int fd : open_) {
    ::shutdown(fd, SHUT_RDWR);
  }
}

}  // namespace abv::http
