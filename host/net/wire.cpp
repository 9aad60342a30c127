#include "host/net/wire.hpp"

#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace abv::net {
namespace {

// What an adopted socket's limits are until they are told.
constexpr Nanos kUnknown{-1};

msghdr message_of(const iovec* pieces, std::size_t count) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);  // sendmsg only reads them
  message.msg_iovlen = count;
  return message;
}

}  // namespace

void Wire::reset(int fd, bool limits_known) {
  fd_ = fd;
  const Nanos kernel = limits_known ? Nanos{0} : kUnknown;
  read_ = {Nanos{0}, kernel};
  write_ = {Nanos{0}, kernel};
}

void Wire::assume_timeouts(Nanos read, Nanos write) {
  read_.kernel = read;
  write_.kernel = write;
}

void Wire::tell_kernel(Limit& limit, int option, Nanos value) const {
  // A limit below a microsecond would read as "none".
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  const auto told = value.count() == 0 ? 0 : std::max<std::int64_t>(micros, 1);
  timeval time{};
  time.tv_sec = static_cast<time_t>(told / 1'000'000);
  time.tv_usec = static_cast<suseconds_t>(told % 1'000'000);
  ::setsockopt(fd_, SOL_SOCKET, option, &time, sizeof time);
  limit.kernel = value;
}

void Wire::prepare(Limit& limit, int option) const {
  const bool kernel_waits_longer =
      limit.wanted.count() != 0 && (limit.kernel.count() == 0 || limit.kernel > limit.wanted);
  if (limit.kernel == kUnknown || kernel_waits_longer) {
    tell_kernel(limit, option, limit.wanted);
  }
}

// After the kernel's limit ran out: is there time left of the one that is wanted? No clock is
// asked, since the kernel has waited for at least its own limit.
bool Wire::may_wait_on(Limit& limit, int option, Nanos& waited) const {
  if (limit.wanted.count() == 0) {
    tell_kernel(limit, option, limit.wanted);
    return true;
  }
  waited += limit.kernel;
  if (waited >= limit.wanted) {
    return false;
  }
  tell_kernel(limit, option, limit.wanted - waited);
  return true;
}

ssize_t Wire::receive(char* buffer, std::size_t size) {
  prepare(read_, SO_RCVTIMEO);
  Nanos waited{0};
  for (;;) {
    const ssize_t got = ::recv(fd_, buffer, size, 0);
    if (got >= 0) {
      return got;
    }
    if (errno == EINTR) {
      continue;
    }
    if (errno != EAGAIN || !may_wait_on(read_, SO_RCVTIMEO, waited)) {
      return -1;
    }
  }
}

ssize_t Wire::receive_now(char* buffer, std::size_t size) const {
  for (;;) {
    const ssize_t got = ::recv(fd_, buffer, size, MSG_DONTWAIT);
    if (got >= 0 || errno != EINTR) {
      return got;
    }
  }
}

ssize_t Wire::send(const iovec* pieces, std::size_t count) {
  prepare(write_, SO_SNDTIMEO);
  const msghdr message = message_of(pieces, count);
  Nanos waited{0};
  for (;;) {
    const ssize_t sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (sent >= 0) {
      return sent;
    }
    if (errno == EINTR) {
      continue;
    }
    if (errno != EAGAIN || !may_wait_on(write_, SO_SNDTIMEO, waited)) {
      return -1;
    }
  }
}

ssize_t Wire::send_now(const iovec* pieces, std::size_t count) const {
  const msghdr message = message_of(pieces, count);
  for (;;) {
    const ssize_t sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 || errno != EINTR) {
      return sent;
    }
  }
}

}  // namespace abv::net
