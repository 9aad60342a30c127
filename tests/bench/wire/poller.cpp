#include "tests/bench/wire/poller.hpp"

#include <errno.h>

#include "tests/bench/wire/program.hpp"

namespace abv::bench {
namespace {

void control(const Fd& set, int operation, const Fd& fd, std::uint32_t events, std::uint64_t key) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  if (epoll_ctl(set.get(), operation, fd.get(), &event) != 0) die_errno("epoll_ctl");
}

}  // namespace

Poller::Poller() : set_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!set_.is_open()) die_errno("epoll_create1");
}

void Poller::add(const Fd& fd, std::uint32_t events, std::uint64_t key) {
  control(set_, EPOLL_CTL_ADD, fd, events, key);
}

void Poller::modify(const Fd& fd, std::uint32_t events, std::uint64_t key) {
  control(set_, EPOLL_CTL_MOD, fd, events, key);
}

std::span<const epoll_event> Poller::wait(int timeout_ms) {
  const int count =
      epoll_wait(set_.get(), ready_.data(), static_cast<int>(ready_.size()), timeout_ms);
  if (count < 0 && errno != EINTR) die_errno("epoll_wait");
  return {ready_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

}  // namespace abv::bench
