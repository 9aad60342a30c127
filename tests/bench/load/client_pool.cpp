#include "tests/bench/load/client_pool.hpp"

#include <utility>

namespace abv::bench {
namespace {

constexpr std::size_t kScratchBytes = std::size_t{256} * 1024;

}  // namespace

ClientPool::ClientPool(const Endpoint& endpoint, std::size_t count, const ReplyRules& rules,
                       std::size_t receive_buffer)
    : endpoint_(endpoint), receive_buffer_(receive_buffer), scratch_(kScratchBytes) {
  entries_.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    entries_.push_back({.connection = ClientConnection(rules)});
}

void ClientPool::start_call(std::size_t index, std::string_view request) {
  ClientConnection& connection = entries_[index].connection;
  const bool is_new = !connection.socket().is_open();
  connection.start_call(endpoint_, receive_buffer_, request);
  if (is_new) entries_[index].polled = -1;
  if (!connection.is_busy()) failed_at_start_.push_back(index);
  settle(index);
}

void ClientPool::close(std::size_t index) {
  entries_[index].connection.close();
}

void ClientPool::pause(std::size_t index) {
  entries_[index].is_paused = true;
  settle(index);
}

void ClientPool::resume(std::size_t index) {
  entries_[index].is_paused = false;
  settle(index);
}

void ClientPool::poll(int timeout_ms, const Listener& listener) {
  for (const std::size_t index : std::exchange(failed_at_start_, {})) {
    timeout_ms = 0;
    listener(index);
  }
  for (const epoll_event& event : poller_.wait(timeout_ms)) {
    const auto index = static_cast<std::size_t>(event.data.u64);
    ClientConnection& connection = entries_[index].connection;
    if (!connection.socket().is_open()) continue;
    const bool was_busy = connection.is_busy();
    connection.on_ready(event.events, scratch_);
    if (was_busy) listener(index);
    settle(index);
  }
}

std::size_t ClientPool::busy() const {
  std::size_t count = 0;
  for (const Entry& entry : entries_)
    count += entry.connection.is_busy() ? 1 : 0;
  return count;
}

void ClientPool::settle(std::size_t index) {
  Entry& entry = entries_[index];
  const Fd& socket = entry.connection.socket();
  if (!socket.is_open()) return;
  std::uint32_t events = 0;
  if (!entry.is_paused) events |= EPOLLIN;
  if (entry.connection.wants_write()) events |= EPOLLOUT;
  if (entry.polled != socket.get()) {
    poller_.add(socket, events, index);
  } else if (entry.polled_events != events) {
    poller_.modify(socket, events, index);
  }
  entry.polled = socket.get();
  entry.polled_events = events;
}

}  // namespace abv::bench
