#include "tests/bench/upstream/pacer.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include "tests/bench/wire/program.hpp"

namespace abv::bench {

Pacer::Pacer() : timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!timer_.is_open()) die_errno("timerfd_create");
}

void Pacer::add(Turn turn) {
  turns_.push(turn);
  arm();
}

std::vector<Pacer::Turn> Pacer::take_due(Nanos now) {
  std::uint64_t expirations = 0;
  // Nothing to read means that the timer was set anew meanwhile; the queue knows what is due.
  if (read(timer_.get(), &expirations, sizeof expirations) > 0) armed_for_ = 0;
  std::vector<Turn> due;
  while (!turns_.empty() && turns_.top().due <= now) {
    due.push_back(turns_.top());
    turns_.pop();
  }
  arm();
  return due;
}

void Pacer::arm() {
  if (turns_.empty() || turns_.top().due == armed_for_) return;
  armed_for_ = turns_.top().due;
  itimerspec when{};
  when.it_value.tv_sec = armed_for_ / kSecond;
  when.it_value.tv_nsec = armed_for_ % kSecond;
  if (timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr) != 0) {
    die_errno("timerfd_settime");
  }
}

}  // namespace abv::bench
