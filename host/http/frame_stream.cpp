#include "host/http/frame_stream.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

namespace abv::http {
namespace {

// How long a TLS record that has begun may keep others from writing.
constexpr Nanos kRecordTime = std::chrono::milliseconds(100);

int poll_millis(Nanos patience) {
  if (patience.count() == 0) {
    return -1;
  }
  constexpr std::int64_t kMost = 1 << 30;
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
  return static_cast<int>(std::clamp<std::int64_t>(millis, 1, kMost));
}

}  // namespace

FrameStream::FrameStream(net::Stream& stream) : stream_(stream) {
  stream_.set_read_timeout(stream_.is_secure() ? kRecordTime : Nanos{0});
}

FrameStream::Heard FrameStream::wait(int wake_fd, Nanos patience) {
  if (stream_.has_pending()) {
    return Heard::kBytes;
  }
  std::array<pollfd, 2> fds{{{stream_.fd(), POLLIN, 0}, {wake_fd, POLLIN, 0}}};
  const int ready = ::poll(fds.data(), fds.size(), poll_millis(patience));
  if (ready <= 0) {
    return Heard::kSilence;
  }
  return fds[1].revents != 0 ? Heard::kWake : Heard::kBytes;
}

Result<std::size_t> FrameStream::read(std::span<char> buffer) {
  Result<std::size_t> got = std::size_t{0};
  if (stream_.is_secure()) {
    const std::lock_guard lock(mutex_);
    got = stream_.read_some(buffer.data(), buffer.size());
  } else {
    got = stream_.read_some(buffer.data(), buffer.size());
  }
  if (!got && got.error().code == Error::Code::kTimeout) {
    return std::size_t{0};
  }
  if (got && *got == 0) {
    return Error{Error::Code::kIo, "the client closed the connection without a close frame"};
  }
  return got;
}

Result<void> FrameStream::send(net::Opcode opcode, std::span<const std::string_view> pieces) {
  if (is_closed_) {
    return Error{Error::Code::kCancelled, "the WebSocket is closed"};
  }
  std::size_t size = 0;
  for (const std::string_view piece : pieces) {
    size += piece.size();
  }
  const net::FrameHead head(opcode, size);
  constexpr std::size_t kMostPieces = 4;
  std::array<std::string_view, 1 + kMostPieces> all{head.view()};
  const std::size_t count = std::min(pieces.size(), kMostPieces);
  std::copy_n(pieces.begin(), count, all.begin() + 1);
  return stream_.write_all(std::span(all.data(), 1 + count));
}

Result<void> FrameStream::text(std::span<const std::string_view> pieces) {
  const std::lock_guard lock(mutex_);
  return send(net::Opcode::kText, pieces);
}

void FrameStream::ping() {
  // Where somebody writes, a sign of life is on its way already.
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) {
    (void)send(net::Opcode::kPing, {});
  }
}

void FrameStream::pong(std::string_view payload) {
  const std::lock_guard lock(mutex_);
  (void)send(net::Opcode::kPong, std::span(&payload, 1));
}

void FrameStream::close(net::CloseCode code, std::string_view reason) {
  const std::string text = net::close_payload(code, reason);
  const std::string_view payload = text;
  const std::lock_guard lock(mutex_);
  (void)send(net::Opcode::kClose, std::span(&payload, 1));
  is_closed_ = true;
}

void FrameStream::try_close(net::CloseCode code, std::string_view reason) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  pollfd entry{stream_.fd(), POLLOUT, 0};
  if (!lock || ::poll(&entry, 1, 0) != 1 || (entry.revents & POLLOUT) == 0) {
    return;
  }
  const std::string text = net::close_payload(code, reason);
  const std::string_view payload = text;
  (void)send(net::Opcode::kClose, std::span(&payload, 1));
  is_closed_ = true;
}

}  // namespace abv::http
