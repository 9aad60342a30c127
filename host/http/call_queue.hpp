#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "host/base/clock.hpp"
#include "host/http/call_message.hpp"

namespace abv::http {

// The messages that wait on one connection for the call before them, between the thread that reads
// and the one that runs the calls.
class CallQueue {
 public:
  static constexpr std::size_t kMostWaiting = 16;

  // `now` is when the connection began to be idle.
  explicit CallQueue(Nanos now) : idle_since_(now) {}

  // Adds a message, once there is room: at most kMostWaiting wait, and beside a first one with no
  // more than `most_bytes` together. The reading thread.
  void push(CallMessage message, std::uint64_t most_bytes);

  // The next message, waited for; nothing when it is over. The thread that runs the calls.
  std::optional<CallMessage> next();

  // The call of the message is over.
  void done(Nanos now);

  // No message is given out any more. Any thread.
  void end();
  bool is_over() const;

  // Since when nothing runs and nothing waits; nothing when that is not so. Any thread.
  std::optional<Nanos> idle_since() const;

  bool has_waiting() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<CallMessage> waiting_;
  std::uint64_t waiting_bytes_ = 0;
  bool is_busy_ = false;
  bool is_over_ = false;
  Nanos idle_since_;
};

}  // namespace abv::http
