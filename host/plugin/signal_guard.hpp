#pragma once

#include <signal.h>

#include <array>
#include <string>

namespace abv::plugin {

// Remembers how the process handles signals, to notice what a plugin changed. Signals are the
// host's.
class SignalGuard {
 public:
  SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

  // Puts back what was changed since. Returns the names of those signals ("SIGTERM, SIGUSR1"), or
  // an empty string.
  std::string restore();

 private:
  static constexpr int kSignals = NSIG;

  std::array<struct sigaction, static_cast<std::size_t>(kSignals)> before_;
};

}  // namespace abv::plugin
