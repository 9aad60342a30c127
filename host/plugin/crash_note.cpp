#include "host/plugin/crash_note.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <initializer_list>

#include "host/plugin/current.hpp"

namespace abv::plugin {
namespace {

// strlen and write are on POSIX's list of what a signal handler may call; std::string is not.
void write_text(const char* text) noexcept {
  std::size_t length = 0;
  while (text[length] != '\0') {
    ++length;
  }
  const ssize_t written = ::write(STDERR_FILENO, text, length);
  static_cast<void>(written);
}

void on_fatal_signal(int number) {
  const int saved = errno;
  if (const char* name = current_plugin; name != nullptr) {
    write_text("crashed in plugin ");
    write_text(name);
    write_text("\n");
  }
  errno = saved;
  // SA_RESETHAND has put the default action back: the signal takes its course when this returns.
  ::raise(number);
}

}  // namespace

void install_crash_note() {
  struct sigaction action {};
  action.sa_handler = on_fatal_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigemptyset(&action.sa_mask);
  for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
    ::sigaction(number, &action, nullptr);
  }
}

}  // namespace abv::plugin
