#include "host/http/call_queue.hpp"

#include <utility>

namespace abv::http {

void CallQueue::push(CallMessage message, std::uint64_t most_bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return is_over_ || waiting_.empty() ||
           (waiting_.size() < kMostWaiting && waiting_bytes_ + message.body.size() <= most_bytes);
  });
  waiting_bytes_ += message.body.size();
  waiting_.push_back(std::move(message));
  changed_.notify_all();
}

void CallQueue::done(Nanos now) {
  const std::lock_guard lock(mutex_);
  is_busy_ = false;
  idle_since_ = now;
}

std::optional<CallMessage> CallQueue::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
  if (is_over_) {
    return std::nullopt;
  }
  std::optional<CallMessage> message = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= message->body.size();
  is_busy_ = true;
  changed_.notify_all();
  return message;
}

void CallQueue::end() {
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  changed_.notify_all();
}

bool CallQueue::is_over() const {
  const std::lock_guard lock(mutex_);
  return is_over_;
}

std::optional<Nanos> CallQueue::idle_since() const {
  const std::lock_guard lock(mutex_);
  return is_busy_ || !waiting_.empty() ? std::nullopt : std::optional(idle_since_);
}

bool CallQueue::has_waiting() const {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty();
}

}  // namespace abv::http
