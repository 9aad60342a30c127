#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

#include "host/base/clock.hpp"

namespace abv::net {

// A socket's descriptor and its two time limits. It doesn't own the descriptor.
//
// The kernel keeps the limits (SO_RCVTIMEO, SO_SNDTIMEO), and is told as rarely as possible: a
// limit it has that is shorter than the one wanted is left, and what remains is waited for when it
// runs out. So a connection that alternates between two limits settles on the shorter one.
class Wire {
 public:
  int fd() const { return fd_; }

  // A fresh socket has no limits; those of one that comes from elsewhere are unknown.
  void reset(int fd, bool limits_known);
  void assume_timeouts(Nanos read, Nanos write);
  void set_read_timeout(Nanos timeout) { read_.wanted = timeout; }
  void set_write_timeout(Nanos timeout) { write_.wanted = timeout; }
  Nanos read_timeout() const { return read_.wanted; }
  Nanos write_timeout() const { return write_.wanted; }

  // As recv and sendmsg, with EINTR taken care of; -1 with EAGAIN when the time ran out, or when a
  // call that shall not wait would have to.
  ssize_t receive(char* buffer, std::size_t size);
  ssize_t receive_now(char* buffer, std::size_t size) const;
  ssize_t send(const iovec* pieces, std::size_t count);
  ssize_t send_now(const iovec* pieces, std::size_t count) const;

 private:
  struct Limit {
    Nanos wanted{0};
    Nanos kernel{0};
  };

  void tell_kernel(Limit& limit, int option, Nanos value) const;
  void prepare(Limit& limit, int option) const;
  bool may_wait_on(Limit& limit, int option, Nanos& waited) const;

  int fd_ = -1;
  Limit read_;
  Limit write_;
};

}  // namespace abv::net
