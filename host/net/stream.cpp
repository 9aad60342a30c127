#include "host/net/stream.hpp"

#include <Poco/Net/StreamSocketImpl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "host/net/poco_layer.hpp"
#include "host/net/secure_layer.hpp"
#include "host/net/tls_layer.hpp"

namespace abv::net {
namespace {

constexpr std::size_t kMaxPieces = 64;  // per system call

// Pieces not yet written, as the kernel takes them.
class Outgoing {
 public:
  explicit Outgoing(std::span<const std::string_view> pieces) : pieces_(pieces) { skip(0); }

  bool empty() const { return pieces_.empty(); }

  std::size_t fill(std::array<iovec, kMaxPieces>& out) const {
    const std::size_t count = std::min(pieces_.size(), kMaxPieces);
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = {const_cast<char*>(pieces_[i].data()), pieces_[i].size()};
    }
    out[0] = {const_cast<char*>(pieces_[0].data()) + offset_, pieces_[0].size() - offset_};
    return count;
  }

  void skip(std::size_t bytes) {
    offset_ += bytes;
    while (!pieces_.empty() && offset_ >= pieces_[0].size()) {
      offset_ -= pieces_[0].size();
      pieces_ = pieces_.subspan(1);
    }
  }

 private:
  std::span<const std::string_view> pieces_;
  std::size_t offset_ = 0;  // in the first piece
};

// What the peer has sent so far is the end, or the beginning of an answer of 300 or above.
bool is_refused(int fd) {
  char start[10];
  const ssize_t got = ::recv(fd, start, sizeof start, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0) {
    return errno != EAGAIN && errno != EINTR;
  }
  const std::string_view text(start, static_cast<std::size_t>(got));
  return got == 0 || (text.size() == sizeof start && text.starts_with("HTTP/1.") && text[9] >= '3');
}

int poll_millis(Nanos timeout) {
  if (timeout.count() == 0) {
    return -1;
  }
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  return static_cast<int>(std::min<std::int64_t>(millis, 1 << 30));
}

}  // namespace

Stream::Stream() = default;

Stream::Stream(const Poco::Net::StreamSocket& socket) : socket_(socket) {
  wire_.reset(socket_->impl()->sockfd(), false);
  if (socket_->secure()) {
    secure_ = std::make_unique<PocoLayer>(*socket_);
  }
}

Stream::~Stream() {
  close();
}

void Stream::open(int fd) {
  close();
  wire_.reset(fd, true);
  owns_ = true;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Result<void> Stream::start_tls(TlsClient& client, const TlsPeer& peer, Nanos limit) {
  auto layer = std::make_unique<TlsLayer>(client, wire_, peer);
  Result<void> done = layer->handshake(limit);
  if (!done && aborted()) {
    return failure("TLS handshake", ECANCELED);
  }
  if (done) {
    secure_ = std::move(layer);
  }
  return done;
}

Error Stream::failure(const char* doing, int error) const {
  if (aborted()) {
    return {Error::Code::kCancelled, std::string(doing) + " was aborted"};
  }
  if (error == EAGAIN) {
    return {Error::Code::kTimeout, std::string(doing) + " timed out"};
  }
  return {Error::Code::kIo,
          std::string(doing) + " failed: " + std::generic_category().message(error)};
}

Result<std::size_t> Stream::read_some(char* buffer, std::size_t size) {
  if (aborted()) {
    return failure("read", ECANCELED);
  }
  if (secure_ != nullptr) {
    auto got = secure_->read_some(buffer, size);
    const bool has_data = got.ok() && *got > 0;
    return !has_data && aborted() ? failure("read", ECANCELED) : std::move(got);
  }
  const ssize_t got = wire_.receive(buffer, size);
  if (got > 0) {
    return static_cast<std::size_t>(got);
  }
  if (got < 0 || aborted()) {
    return failure("read", errno);
  }
  return std::size_t{0};
}

Result<void> Stream::write_all(std::span<const std::string_view> pieces) {
  auto done = write_plain(pieces, false);
  return done ? Result<void>() : Result<void>(std::move(done.error()));
}

Result<bool> Stream::write_unless_refused(std::span<const std::string_view> pieces) {
  return write_plain(pieces, true);
}

Result<bool> Stream::write_plain(std::span<const std::string_view> pieces, bool heed_refusal) {
  if (aborted()) {
    return failure("write", ECANCELED);
  }
  if (secure_ != nullptr) {
    auto done = secure_->write_all(pieces);
    if (done) return true;
    return aborted() ? failure("write", ECANCELED) : std::move(done.error());
  }
  std::array<iovec, kMaxPieces> vectors;
  for (Outgoing rest(pieces); !rest.empty();) {
    const std::size_t count = rest.fill(vectors);
    const ssize_t sent =
        heed_refusal ? wire_.send_now(vectors.data(), count) : wire_.send(vectors.data(), count);
    if (sent >= 0) {
      rest.skip(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno != EAGAIN || !heed_refusal) {
      return failure("write", errno);
    }
    auto room = wait_for_room();
    if (!room || !*room) return room;
  }
  return true;
}

// Waits until the full socket takes more; false when the peer has refused what is being sent.
Result<bool> Stream::wait_for_room() const {
  pollfd entry{wire_.fd(), POLLIN | POLLOUT, 0};
  for (;;) {
    entry.revents = 0;
    const int ready = ::poll(&entry, 1, poll_millis(wire_.write_timeout()));
    if (ready == 0) {
      return failure("write", EAGAIN);
    }
    if (ready < 0 && errno != EINTR) {
      return failure("write", errno);
    }
    if ((entry.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
      return true;  // an error shows at the next write
    }
    if ((entry.revents & POLLIN) != 0) {
      if (is_refused(wire_.fd())) return false;
      entry.events = POLLOUT;
    }
  }
}

void Stream::set_read_timeout(Nanos timeout) {
  if (secure_ != nullptr) {
    secure_->set_timeouts(timeout, wire_.write_timeout());
  }
  wire_.set_read_timeout(timeout);
}

void Stream::set_write_timeout(Nanos timeout) {
  if (secure_ != nullptr) {
    secure_->set_timeouts(wire_.read_timeout(), timeout);
  }
  wire_.set_write_timeout(timeout);
}

void Stream::assume_timeouts(Nanos read, Nanos write) {
  wire_.assume_timeouts(read, write);
}

bool Stream::is_quiet() {
  if (secure_ != nullptr) {
    return secure_->is_quiet();
  }
  char byte = 0;
  const ssize_t got = ::recv(wire_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EINTR);
}

bool Stream::has_pending() {
  return secure_ != nullptr && secure_->has_pending();
}

bool Stream::bind(AbortHandle& abort) {
  if (!abort.attach(wire_.fd())) {
    return false;
  }
  abort_ = &abort;
  return true;
}

bool Stream::unbind() {
  AbortHandle* const abort = abort_;
  abort_ = nullptr;
  return abort == nullptr || abort->detach();
}

void Stream::close() {
  unbind();
  secure_.reset();
  socket_.reset();
  if (owns_) {
    ::close(wire_.fd());
  }
  owns_ = false;
  wire_.reset(-1, true);
}

}  // namespace abv::net
