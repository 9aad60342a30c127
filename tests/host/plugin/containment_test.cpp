// What goes wrong within a plugin stays within it: the host lives, and says whose fault it was.

#include <signal.h>

#include <thread>

#include "tests/host/plugin/instance_host.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

Handler handler(InstanceHost& host, const std::string& name) {
  auto instance = host.create(name).value();
  REQUIRE(instance->start().ok());
  return Handler::of(instance).value();
}

std::string refusal(const Result<std::shared_ptr<Instance>>& instance) {
  return instance ? std::string() : instance.error().message;
}

TEST_CASE("a component that refuses its config is quoted with the place in the YAML",
          "[plugin][containment]") {
  InstanceHost host;

  const auto instance = host.create("create_fails");

  REQUIRE_FALSE(instance.ok());
  CHECK(instance.error().code == Error::Code::kInvalid);
  CHECK(instance.error().message ==
        "abv.yaml:7:3: mine: create of component \"plain\" of test.create-fails failed: the moon "
        "is full");
}

TEST_CASE("a constructor that throws fails the instance with its text", "[plugin][containment]") {
  InstanceHost host;

  CHECK_THAT(
      refusal(host.create("create_throws")),
      ContainsSubstring("abv.yaml:7:3: mine: create of component \"plain\" of test.create-throws "
                        "failed: no such luck"));
}

TEST_CASE("an instance that does not start says so and goes away", "[plugin][containment]") {
  InstanceHost host;
  const auto instance = host.create("start_fails").value();

  const Result<void> started = instance->start();

  REQUIRE_FALSE(started.ok());
  CHECK(started.error().message ==
        "abv.yaml:7:3: mine: start of component \"plain\" of test.start-fails failed: io");
}

TEST_CASE("a component without a table for its kind is refused", "[plugin][containment]") {
  InstanceHost host;

  const std::string text = refusal(host.create("null_interface"));

  CHECK_THAT(text, ContainsSubstring(host.dir().file("null_interface").string()));
  CHECK_THAT(text, ContainsSubstring("gives no table for its own kind, abv.handler/1"));
}

TEST_CASE("a handler that cannot handle is refused", "[plugin][containment]") {
  InstanceHost host;

  const auto made = Handler::of(host.create("null_handle").value());

  REQUIRE_FALSE(made.ok());
  CHECK(made.error().message == "mine: component \"plain\" of " +
                                    host.dir().file("null_handle").string() + " lacks handle");
}

TEST_CASE("an instance that changes a signal's handling is refused, and it is put back",
          "[plugin][containment]") {
  InstanceHost host;

  const std::string text = refusal(host.create("changes_signal_in_create"));

  struct sigaction action {};
  ::sigaction(SIGUSR2, nullptr, &action);
  CHECK_THAT(text, ContainsSubstring("changed the handling of SIGUSR2 in create"));
  CHECK(action.sa_handler == SIG_DFL);
}

TEST_CASE("a plugin of an older minor works with what it has", "[plugin][containment]") {
  InstanceHost host;

  const Handler old = handler(host, "old_minor");

  CHECK(answer(old) == "ok");
  CHECK_FALSE(old.has_models());
}

TEST_CASE("a plugin of a newer minor works", "[plugin][containment]") {
  InstanceHost host;

  CHECK(answer(handler(host, "newer_minor")) == "ok");
}

TEST_CASE("what a handler throws is a panic", "[plugin][containment]") {
  InstanceHost host;
  const Handler thrower = handler(host, "throws");

  CHECK(answer(thrower) == "panic");
  CHECK(thrower.instance().counters().failures == 1);
}

TEST_CASE("a handler that never replies and one that writes too early are seen by the reply",
          "[plugin][containment]") {
  InstanceHost host;
  const PlainCall call;
  PlainReply none;
  PlainReply early;

  CHECK(handler(host, "never_replies").handle(call.table(), none.table()) == ABV_OK);
  CHECK(none.http_status() == 0);
  CHECK(none.body().empty());

  InstanceHost second;
  CHECK(handler(second, "emits_before_begin").handle(call.table(), early.table()) == ABV_OK);
  CHECK(early.refusals() == std::vector<abv_status>{ABV_E_INVALID});
  CHECK(early.body() == "ok");
}

TEST_CASE("a handler that ignores a cancelled call comes back", "[plugin][containment]") {
  InstanceHost host;
  const Handler slow = handler(host, "ignores_cancel");
  PlainCall call;
  PlainReply reply;

  std::thread client([&] { call.cancel(); });
  const abv_status status = slow.handle(call.table(), reply.table());
  client.join();

  CHECK(status == ABV_OK);
  CHECK(reply.http_status() == 0);
}

TEST_CASE("the destructors that a plugin left in a thread run after it is gone",
          "[plugin][containment]") {
  std::string said;
  {
    InstanceHost host;
    std::thread thread([&] {
      said = answer(handler(host, "tls_dtor"));
      host.dir().loader().retire_unused();
    });
    thread.join();
  }

  CHECK_THAT(said, ContainsSubstring("long enough"));
}

TEST_CASE("a thread that a plugin left behind does no harm", "[plugin][containment]") {
  InstanceHost host;
  {
    const Handler left = handler(host, "own_thread_left");
    REQUIRE(answer(left) == "ok");
  }

  host.dir().loader().retire_unused();

  CHECK(host.dir().loader().retired().size() == 1);
}

TEST_CASE("a handler that panics too often is taken out of service", "[plugin][containment]") {
  InstanceHost host;
  const Handler broken = handler(host, "panics");
  const auto panic_times = [&](int times) {
    for (int i = 0; i < times; ++i) {
      answer(broken);
    }
    return broken.instance().in_service();
  };

  CHECK(panic_times(4));
  host.dir().clock().advance(std::chrono::seconds(61));
  CHECK(panic_times(4));
  CHECK_FALSE(panic_times(1));
  CHECK(broken.instance().counters().failures == 9);
  CHECK_THAT(host.dir().log_text(),
             ContainsSubstring("plugin.fused instance=mine plugin=test.panics failures=5"));
}

}  // namespace
}  // namespace abv::plugin
