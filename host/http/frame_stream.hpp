#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <string_view>

#include "host/net/stream.hpp"
#include "host/net/websocket.hpp"

namespace abv::http {

// A WebSocket's connection: one thread reads, and any thread sends whole frames.
//
// TLS cannot be read and written at a time, so its reads are short and take their turn with the
// writes.
class FrameStream {
 public:
  enum class Heard { kBytes, kWake, kSilence };

  // The stream outlives it. Sets its read timeout.
  explicit FrameStream(net::Stream& stream);

  // Waits for bytes from the client, its end included, or until `wake_fd` is readable. At most
  // `patience`; 0 is without limit. The reading thread.
  Heard wait(int wake_fd, Nanos patience);

  // What has arrived, once wait() has said so; nothing when that was no content. 0 in the middle of
  // nothing, so an end is told as kIo. The reading thread.
  Result<std::size_t> read(std::span<char> buffer);

  // A text message, of pieces. kCancelled when a close frame has been sent.
  Result<void> text(std::span<const std::string_view> pieces);
  void ping();
  void pong(std::string_view payload);

  // Sends a close frame, after which nothing is sent. The first one counts.
  void close(net::CloseCode code, std::string_view reason);

  // The same without waiting for anything: nothing is sent when another thread is sending, or when
  // the client does not take more at the moment.
  void try_close(net::CloseCode code, std::string_view reason);

 private:
  Result<void> send(net::Opcode opcode, std::span<const std::string_view> pieces);

  net::Stream& stream_;
  std::mutex mutex_;
  bool is_closed_ = false;
};

}  // namespace abv::http
