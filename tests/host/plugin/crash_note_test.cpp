#include "host/plugin/crash_note.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "tests/host/plugin/instance_host.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

struct Death {
  int signal_number = 0;
  std::string said;
};

// Runs `fn` in a child process, which is expected to die of it.
Death die_of(const std::function<void()>& fn) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    // The test framework and the sanitizers have handlers of their own, which the note replaces.
    install_crash_note();
    fn();
    ::_exit(0);
  }
  ::close(ends[1]);
  Death death;
  std::array<char, 256> buffer{};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    death.said.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  death.signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return death;
}

TEST_CASE("a crash within a plugin names the instance and takes its course", "[plugin][crash]") {
  InstanceHost host;
  const Handler crashing = Handler::of(host.create("crashes").value()).value();

  const Death death = die_of([&] { answer(crashing); });

  CHECK(death.signal_number == SIGSEGV);
  CHECK(death.said == "crashed in plugin mine\n");
}

TEST_CASE("a crash of the host blames no plugin, also when a plugin called it", "[plugin][crash]") {
  class Aborting final : public ReplySink {
   public:
    abv_status begin(std::int32_t, std::span<const abv_header>) override {
      ::raise(SIGBUS);
      return ABV_OK;
    }
    abv_status write(std::string_view) override { return ABV_OK; }
    abv_status emit(const abv_event&) override { return ABV_OK; }
  };
  InstanceHost host;
  const Handler handler = Handler::of(host.create("plain").value()).value();

  const Death death = die_of([&] {
    const PlainCall call;
    Aborting sink;
    const abv_reply reply = reply_table(sink);
    handler.handle(call.table(), reply);
  });

  CHECK(death.signal_number == SIGBUS);
  CHECK(death.said.empty());
}

}  // namespace
}  // namespace abv::plugin
