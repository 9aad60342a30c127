#include "tests/bench/upstream/upstream_worker.hpp"

#include <sys/socket.h>

#include <utility>

#include "tests/bench/wire/clock.hpp"

namespace abv::bench {
namespace {

constexpr std::size_t kScratchBytes = std::size_t{256} * 1024;

std::uint64_t key_of(const Fd& fd) {
  return static_cast<std::uint64_t>(fd.get());
}

}  // namespace

UpstreamWorker::UpstreamWorker(Fd listener, UpstreamStats& stats)
    : listener_(std::move(listener)), stats_(stats), scratch_(kScratchBytes) {
  poller_.add(listener_, EPOLLIN, key_of(listener_));
  poller_.add(pacer_.timer(), EPOLLIN, key_of(pacer_.timer()));
}

void UpstreamWorker::run() {
  while (true) {
    for (const epoll_event& event : poller_.wait(-1)) {
      if (event.data.u64 == key_of(listener_)) {
        accept_all();
      } else if (event.data.u64 == key_of(pacer_.timer())) {
        take_turns();
      } else {
        serve(static_cast<int>(event.data.u64), event.events);
      }
    }
  }
}

void UpstreamWorker::accept_all() {
  while (true) {
    Fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) return;
    set_no_delay(socket);
    stats_.count_connection();
    const auto slot = static_cast<std::size_t>(socket.get());
    if (slot >= slots_.size()) slots_.resize(slot + 1);
    poller_.add(socket, EPOLLIN, slot);
    slots_[slot].polls_write = false;
    slots_[slot].connection =
        std::make_unique<UpstreamConnection>(std::move(socket), next_id_++, answers_, stats_);
  }
}

void UpstreamWorker::serve(int slot, std::uint32_t events) {
  // An event of a connection that an earlier event of the same batch closed.
  UpstreamConnection* connection = slots_[static_cast<std::size_t>(slot)].connection.get();
  if (connection == nullptr) return;
  if ((events & EPOLLOUT) != 0) connection->on_writable();
  const bool is_readable = (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
  if (is_readable && !connection->is_over()) connection->on_readable(scratch_);
  settle(slot);
}

void UpstreamWorker::take_turns() {
  for (const Pacer::Turn& turn : pacer_.take_due(now_ns())) {
    UpstreamConnection* connection = slots_[static_cast<std::size_t>(turn.slot)].connection.get();
    if (connection == nullptr || connection->id() != turn.connection) continue;
    connection->on_turn();
    settle(turn.slot);
  }
}

void UpstreamWorker::settle(int slot) {
  Slot& entry = slots_[static_cast<std::size_t>(slot)];
  UpstreamConnection& connection = *entry.connection;
  if (connection.is_over()) {
    entry.connection.reset();
    return;
  }
  if (const auto due = connection.take_next_turn()) pacer_.add({*due, slot, connection.id()});
  if (connection.wants_write() == entry.polls_write) return;
  entry.polls_write = connection.wants_write();
  const std::uint32_t events = entry.polls_write ? EPOLLIN | EPOLLOUT : EPOLLIN;
  poller_.modify(connection.socket(), events, static_cast<std::uint64_t>(slot));
}

}  // namespace abv::bench
