#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <system_error>
#include <utility>

#include "host/http/client_watch.hpp"

namespace abv::http {
namespace {

constexpr std::uint64_t kStopKey = 0;

int checked(int result, const char* what) {
  if (result < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return result;
}

}  // namespace

ClientWatch::ClientWatch(bool half_close_is_gone)
    : half_close_is_gone_(half_close_is_gone),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      stop_(checked(eventfd(0, EFD_CLOEXEC), "eventfd")) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kStopKey;
  checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, stop_, &event), "epoll_ctl");
  thread_ = std::thread([this] { run(); });
}

ClientWatch::~ClientWatch() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(stop_);
  ::close(epoll_);
}

std::uint64_t ClientWatch::add(int fd, Registration& registration) {
  std::uint64_t key = 0;
  {
    const std::lock_guard lock(mutex_);
    key = next_key_++;
    watched_.emplace(key, &registration);
  }
  epoll_event event{};
  // Not EPOLLIN: a client that pipelines has data waiting and is not gone.
  event.events = EPOLLET | (half_close_is_gone_ ? static_cast<std::uint32_t>(EPOLLRDHUP) : 0U);
  event.data.u64 = key;
  // A failure leaves the connection unwatched: its calls then end at the next write to the client.
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  return key;
}

void ClientWatch::remove(int fd, std::uint64_t key) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  // Registrations are told under this mutex, so none is being told once the lock is ours.
  const std::lock_guard lock(mutex_);
  watched_.erase(key);
}

void ClientWatch::run() {
  std::array<epoll_event, 64> events{};
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
      if (key == kStopKey) {
        return;
      }
      const std::lock_guard lock(mutex_);
      const auto found = watched_.find(key);
      if (found != watched_.end()) {
        found->second->notice();
      }
    }
  }
}

// The key comes last of the members: from then on the watch's thread may call.
ClientWatch::Registration::Registration(ClientWatch& watch, int fd)
    : watch_(watch), fd_(fd), key_(watch.add(fd, *this)) {}

ClientWatch::Registration::~Registration() {
  watch_.remove(fd_, key_);
}

void ClientWatch::Registration::expect(std::function<void()> gone) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_gone_) {
      gone_ = std::move(gone);
      return;
    }
  }
  gone();
}

void ClientWatch::Registration::forget() {
  const std::lock_guard lock(mutex_);
  gone_ = nullptr;
}

void ClientWatch::Registration::notice() {
  const std::lock_guard lock(mutex_);
  is_gone_ = true;
  if (gone_) {
    std::exchange(gone_, nullptr)();
  }
}

}  // namespace abv::http
