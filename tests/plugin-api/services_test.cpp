#include <string>
#include <vector>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

TEST_CASE("a host's services answer through the SDK") {
  kit::FakeHost fake;
  fake.secrets = {{"api_key", "s3cret"}};
  const sdk::Host host(fake.raw());
  CHECK(host.info("listen.port") == "8045");
  CHECK(host.info("unknown").empty());
  CHECK(host.secrets().read("api_key") == std::optional<std::string>("s3cret"));
  CHECK(host.secrets().read("other") == std::nullopt);
  CHECK(host.secrets().equals("api_key", "s3cret"));
  CHECK_FALSE(host.secrets().equals("api_key", "s3cre"));
  CHECK_FALSE(host.secrets().equals("other", ""));
  CHECK(host.store().put("k1", "v") == ABV_OK);
  CHECK(host.store().get("k1") == std::optional<std::string>("v"));
  CHECK(host.store().keys("k") == std::vector<std::string>{"k1"});
  CHECK(host.store().remove("k1") == ABV_OK);
  CHECK(host.store().get("k1") == std::nullopt);
  host.log().warn("token.refreshed", {{"account", "a1"}});
  REQUIRE(fake.log.size() == 1);
  CHECK(fake.log[0].level == ABV_LOG_WARN);
  CHECK(fake.log[0].fields.at("account") == "a1");
  const auto counter = host.metrics().define(ABV_METRIC_COUNTER, "calls", "1", "calls so far");
  host.metrics().record(counter, 2);
  host.metrics().record(counter, 3);
  CHECK(fake.metrics.at("calls") == 5);
}

TEST_CASE("a host without services is lived with") {
  kit::FakeHost fake;
  fake.missing = {ABV_HOST_CLOCK,   ABV_HOST_INFO,   ABV_HOST_LOG,
                  ABV_HOST_METRICS, ABV_HOST_SECRET, ABV_HOST_STORE};
  const sdk::Host host(fake.raw());
  const kit::FakeCall call;
  const sdk::Call wrapped(call.raw());
  host.log().error("unheard");
  host.metrics().record(host.metrics().define(ABV_METRIC_GAUGE, "g", "1", ""), 1);
  CHECK(host.info("version").empty());
  CHECK_FALSE(host.secrets().equals("api_key", ""));
  CHECK(host.secrets().read("api_key") == std::nullopt);
  CHECK(host.store().put("k", "v") == ABV_E_UNSUPPORTED);
  CHECK(host.store().keys("").empty());
  CHECK(host.clock().unix_ms() > 0);
  CHECK_THROWS_AS(host.clock().sleep_until(wrapped, 0), sdk::Stopped);
  CHECK_THROWS_AS(host.http().open(nullptr, {.url = "http://127.0.0.1/"}), sdk::Failure);
}

TEST_CASE("sleeping takes virtual time, until the call is cancelled") {
  kit::FakeHost fake;
  kit::FakeCall call;
  const sdk::Call wrapped(call.raw());
  const sdk::Clock clock = sdk::Host(fake.raw()).clock();
  const auto before = clock.now_ns();
  clock.sleep_until(wrapped, before + 5'000'000);
  CHECK(clock.now_ns() == before + 5'000'000);
  call.cancel();
  CHECK_THROWS_AS(clock.sleep_until(wrapped, before + 9'000'000), sdk::Stopped);
}

TEST_CASE("a call gives its fields, headers, facts and streamed body") {
  kit::FakeCall fake({.query = "alt=sse&key=a%2Bb",
                      .headers = {{"X-One", "1"}, {"x-one", "2"}},
                      .flags = ABV_CALL_STREAM | ABV_CALL_TLS,
                      .streamed_body = "abcdef"});
  const sdk::Call call(fake.raw());
  CHECK(call.wants_stream());
  CHECK(call.is_tls());
  CHECK_FALSE(call.wants_upgrade());
  CHECK(call.header("X-ONE") == std::optional<std::string_view>("1"));
  CHECK(call.header("x-two") == std::nullopt);
  CHECK(call.query_value("key") == std::optional<std::string>("a+b"));
  call.set_fact("principal", "me");
  CHECK(call.fact("principal") == "me");
  CHECK(call.fact("other").empty());
  char buffer[4];
  CHECK(call.read_body(buffer, sizeof buffer) == 4);
  CHECK(call.read_body(buffer, sizeof buffer) == 2);
  CHECK(call.read_body(buffer, sizeof buffer) == 0);
  CHECK(call.alloc(100, 64) != nullptr);
}

TEST_CASE("a cancellation is told once, at once when it has happened already") {
  const auto count = [](void* arg) { ++*static_cast<int*>(arg); };
  int told = 0;
  kit::FakeCall fake;
  const sdk::Call call(fake.raw());
  CHECK(call.on_cancel(count, &told) == ABV_OK);
  CHECK(told == 0);
  fake.cancel();
  CHECK(told == 1);
  CHECK(call.on_cancel(count, &told) == ABV_OK);
  CHECK(told == 2);
  CHECK_THROWS_AS(call.throw_if_cancelled(), sdk::Stopped);
}

}  // namespace
