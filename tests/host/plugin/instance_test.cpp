#include "host/plugin/instance.hpp"

#include <thread>

#include "host/plugin/current.hpp"
#include "tests/host/plugin/instance_host.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

void answer_many(const Handler& handler) {
  for (int i = 0; i < 1000; ++i) {
    answer(handler);
  }
}

TEST_CASE("the key of an instance tells every change that matters", "[plugin][instance]") {
  InstanceHost host;
  host.dir().add("reloaded_v1", "reloaded");
  InstanceSpec base = host.spec(host.dir().load("test.reloaded").value());
  base.secrets.emplace("api_key", Secret("one"));
  InstanceSpec changed = base;

  SECTION("its settings") {
    changed.config_json = "{\"a\":1}";
  }
  SECTION("its name") {
    changed.name = "yours";
  }
  SECTION("a secret") {
    changed.secrets["api_key"] = Secret("two");
  }
  SECTION("a secret more") {
    changed.secrets.emplace("other", Secret(""));
  }
  SECTION("a fact") {
    changed.facts.emplace("listen.port", "8045");
  }
  SECTION("its library") {
    host.dir().add("reloaded_v2", "reloaded");
    changed.library = host.dir().load("test.reloaded").value();
  }

  CHECK(instance_key(changed) != instance_key(base));
}

TEST_CASE("the place in the YAML does not make another instance", "[plugin][instance]") {
  InstanceHost host;
  host.dir().add("plain");
  const InstanceSpec base = host.spec(host.dir().load().value());
  InstanceSpec moved = base;
  moved.place = "abv.yaml:99:1";

  CHECK(instance_key(moved) == instance_key(base));
}

TEST_CASE("a component that the library has not is named", "[plugin][instance]") {
  InstanceHost host;
  host.dir().add("plain");

  const auto instance =
      Instance::create(host.spec(host.dir().load().value(), "fancy"), host.services());

  REQUIRE_FALSE(instance.ok());
  CHECK(instance.error().code == Error::Code::kNotFound);
  CHECK(instance.error().message ==
        "abv.yaml:7:3: mine: " + host.dir().file("plain").string() + " has no component \"fancy\"");
}

TEST_CASE("calls across the border are counted and timed on the host's clock",
          "[plugin][instance]") {
  InstanceHost host;
  const auto instance = host.create("plain").value();
  const InstanceCounters before = instance->counters();

  const abv_status status = instance->run([&]() -> abv_status {
    host.dir().clock().advance(Nanos(250));
    return ABV_E_IO;
  });
  instance->run([]() -> abv_status { return ABV_E_CANCELLED; });

  CHECK(status == ABV_E_IO);
  CHECK(instance->counters().calls - before.calls == 2);
  CHECK(instance->counters().failures == 1);
  CHECK(instance->counters().spent_ns - before.spent_ns == 250);
}

TEST_CASE("a thread knows whose code it is running, in and out", "[plugin][instance]") {
  InstanceHost host;
  const auto instance = host.create("plain").value();
  std::string within;

  instance->visit([&] { within = current_plugin == nullptr ? "nobody" : current_plugin; });

  CHECK(within == "mine");
  CHECK(current_plugin == nullptr);
}

TEST_CASE("two calls of a serial component never run together", "[plugin][instance]") {
  InstanceHost host;
  const Handler serial = Handler::of(host.create("serial").value()).value();

  // Its unguarded counter is a data race, which the thread sanitizer would report.
  std::thread first([&] { answer_many(serial); });
  std::thread second([&] { answer_many(serial); });
  first.join();
  second.join();

  CHECK(serial.instance().counters().failures == 0);
}

TEST_CASE("a serial component may be called back on its own thread", "[plugin][instance]") {
  InstanceHost host;
  const auto instance = host.create("serial").value();

  const abv_status status =
      instance->run([&] { return instance->run([]() -> abv_status { return ABV_OK; }); });

  CHECK(status == ABV_OK);
}

}  // namespace
}  // namespace abv::plugin
