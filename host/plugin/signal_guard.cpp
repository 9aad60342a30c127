#include "host/plugin/signal_guard.hpp"

#include <string.h>

#include <cstddef>

namespace abv::plugin {
namespace {

bool is_same(const struct sigaction& a, const struct sigaction& b) {
  // sa_handler and sa_sigaction share their place; the flag says which of them counts.
  return a.sa_flags == b.sa_flags && a.sa_handler == b.sa_handler;
}

}  // namespace

SignalGuard::SignalGuard() : before_{} {
  for (int number = 1; number < kSignals; ++number) {
    ::sigaction(number, nullptr, &before_[static_cast<std::size_t>(number)]);
  }
}

std::string SignalGuard::restore() {
  std::string changed;
  for (int number = 1; number < kSignals; ++number) {
    const struct sigaction& before = before_[static_cast<std::size_t>(number)];
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) != 0 || is_same(before, now)) {
      continue;
    }
    ::sigaction(number, &before, nullptr);
    const char* name = ::sigabbrev_np(number);
    changed += changed.empty() ? "" : ", ";
    changed += name == nullptr ? std::to_string(number) : "SIG" + std::string(name);
  }
  return changed;
}

}  // namespace abv::plugin
