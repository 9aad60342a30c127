#include "tests/bench/load/client_connection.hpp"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace abv::bench {
namespace {

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

void ClientConnection::start_call(const Endpoint& endpoint, std::size_t receive_buffer,
                                  std::string_view request) {
  is_busy_ = true;
  failure_ = Failure::kNone;
  unsent_ = request;
  reply_.restart();
  first_byte_ = 0;
  started_ = now_ns();
  if (socket_.is_open()) return send_more();
  is_connected_ = false;
  socket_ = connect_to(endpoint, receive_buffer);
  if (!socket_.is_open()) end_call(Failure::kConnect);
}

void ClientConnection::on_ready(std::uint32_t events, std::span<char> scratch) {
  if (!is_busy_) {
    // Between two calls there is nothing to read: the peer left.
    socket_.reset();
    return;
  }
  if (!is_connected_) {
    if (socket_error(socket_) != 0) return end_call(Failure::kConnect);
    is_connected_ = true;
  }
  if ((events & EPOLLOUT) != 0) send_more();
  if (is_busy_ && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(scratch);
}

void ClientConnection::close() {
  socket_.reset();
  is_busy_ = false;
  unsent_ = {};
}

void ClientConnection::send_more() {
  while (!unsent_.empty()) {
    const ssize_t count = send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0 && would_block()) return;
    if (count < 0) {
      // The peer may have refused the call and closed; its reply can still be read.
      unsent_ = {};
      return;
    }
    unsent_.remove_prefix(static_cast<std::size_t>(count));
  }
}

void ClientConnection::receive(std::span<char> scratch) {
  const ssize_t count = recv(socket_.get(), scratch.data(), scratch.size(), 0);
  if (count < 0 && would_block()) return;
  if (count > 0) {
    if (first_byte_ == 0) first_byte_ = now_ns();
    reply_.feed({scratch.data(), static_cast<std::size_t>(count)});
  } else {
    reply_.feed_end();
  }
  if (reply_.is_over()) end_call(reply_.failure());
}

void ClientConnection::end_call(Failure failure) {
  failure_ = failure;
  is_busy_ = false;
  // A reply to a request that is not all sent leaves the connection out of step.
  if (failure == Failure::kConnect || reply_.wants_close() || !unsent_.empty()) socket_.reset();
  unsent_ = {};
}

}  // namespace abv::bench
