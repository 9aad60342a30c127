#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace abv::test {

// Ends this process as kill -9 does: nothing is flushed, nothing is unwound.
inline void die_at_once() {
  ::kill(::getpid(), SIGKILL);
}

// Runs `work` in a child process of its own, and gives the signal that ended it; 0 when it came to
// its end, -1 when it threw. The caller must have no other thread.
inline int signal_that_ended(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status);
  }
  return WEXITSTATUS(status) == 0 ? 0 : -1;
}

}  // namespace abv::test
