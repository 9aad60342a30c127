#include "host/upstream/pool.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/host/upstream/call.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_server.hpp"

using namespace abv::test;
using abv::Error;
using abv::Nanos;
using abv::Secret;
using abv::net::AbortHandle;
using abv::upstream::Exchange;
using abv::upstream::Pool;
using abv::upstream::Settings;
using std::chrono::seconds;

namespace {

void answer_ok(FakeConnection& connection, const FakeRequest&) {
  connection.send(json_answer("{}"));
}

// Answers and closes, without having said so.
void answer_and_close(FakeConnection& connection, const FakeRequest&) {
  connection.send(json_answer("{}"));
  connection.close();
}

// The first connection is closed after an answer, the others are silent about it.
void close_first(FakeConnection& connection, const FakeRequest& request) {
  connection.index() == 0 ? answer_and_close(connection, request) : answer_ok(connection, request);
}

void call_often(Pool& pool, const std::string& url, std::atomic<int>& good) {
  for (int i = 0; i < 50; ++i) {
    const Outcome outcome = call(pool, url);
    if (outcome.error.empty() && outcome.body == "{}") ++good;
  }
}

}  // namespace

TEST_CASE("a connection is used again after a complete answer") {
  FakeServer server(answer_ok);
  TestPool pool;
  CHECK_FALSE(call(*pool, server.url()).reused);
  CHECK(call(*pool, server.url("/b")).reused);
  CHECK(call(*pool, server.url("/c")).reused);
  CHECK(server.connections() == 1);
  const auto counters = pool->counters();
  CHECK(counters.connects == 1);
  CHECK(counters.reused == 2);
  CHECK(counters.open == 1);
  CHECK(counters.idle == 1);
}

TEST_CASE("a connection is not used again when the server says close") {
  FakeServer server([](FakeConnection& connection, const FakeRequest&) {
    connection.send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}");
  });
  TestPool pool;
  CHECK(call(*pool, server.url()).body == "{}");
  CHECK(call(*pool, server.url()).body == "{}");
  CHECK(server.connections() == 2);
  CHECK(pool->counters().idle == 0);
}

TEST_CASE("servers do not share connections") {
  FakeServer one(answer_ok);
  FakeServer two(answer_ok);
  TestPool pool;
  call(*pool, one.url());
  CHECK_FALSE(call(*pool, two.url()).reused);
  CHECK(call(*pool, one.url()).reused);
  CHECK(call(*pool, two.url()).reused);
}

TEST_CASE("idle connections are used last in, first out") {
  FakeServer server(answer_ok);
  TestPool pool;
  AbortHandle abort_one;
  AbortHandle abort_two;
  const TestRequest request("POST", server.url());
  auto one = pool->acquire(request.request.url, Nanos::max(), abort_one);
  auto two = pool->acquire(request.request.url, Nanos::max(), abort_two);
  REQUIRE((one.ok() && two.ok()));
  const auto* const last = &**two;
  one->release(true);
  two->release(true);
  auto next = pool->acquire(request.request.url, Nanos::max(), abort_one);
  REQUIRE(next.ok());
  CHECK(next->reused());
  CHECK(&**next == last);
}

TEST_CASE("idle connections are closed after their lifetime") {
  FakeServer server(answer_ok);
  TestPool pool;
  call(*pool, server.url());
  pool.clock.advance(seconds(24));
  pool->prune();
  CHECK(pool->counters().idle == 1);
  pool.clock.advance(seconds(1));
  pool->prune();
  CHECK(pool->counters().idle == 0);
  CHECK(pool->counters().open == 0);
  server.wait_for_closed(1);
}

TEST_CASE("an expired connection is not used") {
  FakeServer server(answer_ok);
  TestPool pool;
  call(*pool, server.url());
  pool.clock.advance(seconds(25));
  CHECK_FALSE(call(*pool, server.url()).reused);
}

TEST_CASE("no more connections than allowed are kept idle") {
  FakeServer server(answer_ok);
  Settings settings;
  settings.max_idle = 1;
  TestPool pool(settings);
  AbortHandle abort_one;
  AbortHandle abort_two;
  const TestRequest request("POST", server.url());
  auto one = pool->acquire(request.request.url, Nanos::max(), abort_one);
  auto two = pool->acquire(request.request.url, Nanos::max(), abort_two);
  one->release(true);
  two->release(true);
  CHECK(pool->counters().idle == 1);
  CHECK(pool->counters().open == 1);
}

TEST_CASE("a pool that goes closes its idle connections") {
  FakeServer server(answer_ok);
  {
    TestPool pool;
    call(*pool, server.url());
  }
  server.wait_for_closed(1);
  CHECK(server.connections() == 1);
}

TEST_CASE("a recent connection that turns out to be dead is replaced and the request sent again") {
  FakeServer server(close_first);
  TestPool pool;
  call(*pool, server.url());
  server.wait_for_closed(1);
  const Outcome outcome = call(*pool, server.url("/again"), "POST", "{\"n\":2}");
  CHECK(outcome.error.empty());
  CHECK(outcome.body == "{}");
  CHECK(server.requests().back().raw.ends_with("\r\n\r\n{\"n\":2}"));
  CHECK(server.connections() == 2);
}

TEST_CASE("a request is sent again on a new connection, not on another that is pooled") {
  FakeServer server([](FakeConnection& connection, const FakeRequest& request) {
    connection.index() < 2 ? answer_and_close(connection, request) : answer_ok(connection, request);
  });
  TestPool pool;
  {
    AbortHandle abort_one;
    AbortHandle abort_two;
    const TestRequest request("POST", server.url());
    Exchange one(*pool, abort_one);
    Exchange two(*pool, abort_two);
    REQUIRE((one.start(request.request, {}).ok() && two.start(request.request, {}).ok()));
    REQUIRE((finish(one).error.empty() && finish(two).error.empty()));
  }
  server.wait_for_closed(2);
  CHECK(pool->counters().idle == 2);
  CHECK(call(*pool, server.url()).body == "{}");
}

TEST_CASE("a connection that was aborted after its answer is not used again") {
  FakeServer server(answer_ok);
  TestPool pool;
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, {}).ok());
  REQUIRE(finish(exchange).error.empty());
  exchange.abort();
  exchange.close();
  CHECK(pool->counters().open == 0);
}

TEST_CASE("a request is sent again only once") {
  FakeServer server(
      [](FakeConnection& connection) {
        if (connection.index() > 0) connection.reset();
      },
      answer_and_close);
  TestPool pool;
  call(*pool, server.url());
  server.wait_for_closed(1);
  CHECK_THAT(call(*pool, server.url()).error, Catch::Matchers::StartsWith("io: "));
  CHECK(server.connections() == 2);
}

TEST_CASE("a request is not sent again once a byte of its answer has arrived") {
  FakeServer server([](FakeConnection& connection, const FakeRequest& request) {
    if (request.target == "/") return connection.send(json_answer("{}"));
    connection.send("H");
    connection.close();
  });
  TestPool pool;
  call(*pool, server.url());
  CHECK_THAT(call(*pool, server.url("/cut")).error, Catch::Matchers::StartsWith("io: "));
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a request on a new connection is not sent again") {
  FakeServer server([](FakeConnection& connection, const FakeRequest&) { connection.close(); });
  TestPool pool;
  CHECK(call(*pool, server.url()).error == "io: 127.0.0.1:" + std::to_string(server.port()) +
                                               " closed the connection without an answer");
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a connection that was idle for longer is checked before it is used") {
  FakeServer server(close_first);
  TestPool pool;
  call(*pool, server.url());
  server.wait_for_closed(1);
  pool.clock.advance(seconds(2));
  CHECK_FALSE(call(*pool, server.url()).reused);
  CHECK(pool->counters().reused == 0);
}

TEST_CASE("a body that cannot be sent twice gets no dead connection") {
  FakeServer server(close_first);
  TestPool pool;
  call(*pool, server.url());
  server.wait_for_closed(1);
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  bool given = false;
  const auto source = [&given]() -> abv::Result<std::string_view> {
    return std::string_view(std::exchange(given, true) ? "" : "once");
  };
  REQUIRE(exchange.start(request.request, source, 4).ok());
  CHECK(finish(exchange).body == "{}");
  CHECK(server.requests().back().body == "once");
}

TEST_CASE("many threads share a pool") {
  FakeServer server(answer_ok);
  const abv::SystemClock clock;
  const auto pool = std::move(*Pool::make({}, clock));
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { call_often(*pool, server.url(), good); });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(good == 400);
  const auto counters = pool->counters();
  CHECK(counters.connects + counters.reused == 400);
  CHECK(counters.connects == server.connections());
  CHECK(counters.connects <= 8);
  CHECK(counters.open == counters.idle);
}

TEST_CASE("settings that cannot work are refused when the pool is made") {
  const VirtualClock clock;
  Settings no_ca;
  no_ca.ca_file = "/nonexistent/ca.pem";
  CHECK(Pool::make(no_ca, clock).error().code == Error::Code::kInvalid);
  Settings no_proxy;
  no_proxy.proxy =
      Secret(GENERATE(as<std::string>{}, "socks5://u:hunter2@h:1", "u:hunter2@h:1",
                      "http://u:hunter2@", "http://u:hunter2@h:x", "http://u%zz:hunter2@h:1"));
  const auto pool = Pool::make(no_proxy, clock);
  REQUIRE_FALSE(pool.ok());
  CHECK(pool.error().code == Error::Code::kInvalid);
  CHECK_THAT(pool.error().message, !ContainsSubstring("hunter2"));
}
