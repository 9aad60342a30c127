#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/host/upstream/call.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_server.hpp"

using namespace abv::test;
using abv::Error;
using abv::net::AbortHandle;
using abv::upstream::Exchange;
using abv::upstream::Settings;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

void answer_ok(FakeConnection& connection, const FakeRequest&) {
  connection.send(json_answer("{}"));
}

FakeServer::Handler send_and(std::string text, void (FakeConnection::*end)()) {
  return [text, end](FakeConnection& connection, const FakeRequest&) {
    connection.send(text);
    (connection.*end)();
  };
}

std::string name_of(const FakeServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

// A port at which nothing listens: it was free a moment ago.
std::uint16_t closed_port() {
  const Poco::Net::SocketAddress any("127.0.0.1", 0);
  return Poco::Net::ServerSocket(any).address().port();
}

}  // namespace

TEST_CASE("a refused connection is named with its target and reason") {
  TestPool pool;
  const std::string port = std::to_string(closed_port());
  CHECK(call(*pool, "http://127.0.0.1:" + port + "/").error ==
        "io: connect to 127.0.0.1:" + port + " failed: Connection refused");
  CHECK(pool->counters().failures == 1);
  CHECK(pool->counters().open == 0);
}

TEST_CASE("an answer that is cut off is an error at every cut") {
  const std::string text =
      GENERATE(as<std::string>{}, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
               "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  const std::size_t cut = GENERATE_COPY(range(std::size_t{0}, text.size()));
  FakeServer server(send_and(text.substr(0, cut), &FakeConnection::close));
  TestPool pool;
  const Outcome outcome = call(*pool, server.url());
  CAPTURE(cut, outcome.error);
  CHECK_THAT(outcome.error, StartsWith("io: "));
  CHECK(server.connections() == 1);
  CHECK(pool->counters().open == 0);
}

TEST_CASE("an answer that is cut off says how much of it came") {
  FakeServer server(
      send_and("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", &FakeConnection::close));
  TestPool pool;
  const Outcome outcome = call(*pool, server.url());
  CHECK(outcome.body == "hello");
  CHECK(outcome.error ==
        "io: upstream " + name_of(server) +
            " closed the connection in the middle of the answer (got 5 of 10 bytes)");
}

TEST_CASE("a stream that is reset in its middle is an error") {
  FakeServer server([](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk("data: a\n\n"));
    connection.stall();
    connection.reset();
  });
  TestPool pool;
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, {}).ok());
  REQUIRE(exchange.read_head().ok());
  CHECK(*exchange.read_body() == "data: a\n\n");
  server.release();
  CHECK(exchange.read_body().error().code == Error::Code::kIo);
}

TEST_CASE("an answer that is not HTTP or could smuggle another is refused") {
  const std::string text = GENERATE(
      as<std::string>{}, "SSH-2.0-x\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");
  FakeServer server(send_and(text, &FakeConnection::stall));
  TestPool pool;
  CHECK_THAT(call(*pool, server.url()).error,
             StartsWith("invalid: answer of " + name_of(server) + ": "));
  CHECK(pool->counters().open == 0);
}

TEST_CASE("a connection with bytes after the answer is not used again") {
  FakeServer server([](FakeConnection& connection, const FakeRequest&) {
    connection.send(json_answer("{}") + json_answer("{\"for\":\"someone else\"}"));
  });
  TestPool pool;
  CHECK(call(*pool, server.url()).body == "{}");
  CHECK(pool->counters().idle == 0);
  CHECK(call(*pool, server.url()).body == "{}");
}

TEST_CASE("an upstream that says nothing runs into the first_byte limit") {
  FakeServer server(send_and("HTTP/1.1 200 OK\r\n", &FakeConnection::stall));
  Settings settings;
  settings.timeouts.first_byte = milliseconds(20);
  TestPool pool(settings);
  CHECK(call(*pool, server.url()).error ==
        "timeout: no answer from " + name_of(server) + " within 20 ms (timeouts.first_byte)");
  CHECK(pool->counters().open == 0);
}

TEST_CASE("the first_byte limit holds for the whole head, however slowly it comes") {
  TestPool pool;
  FakeServer server([&pool](FakeConnection& connection, const FakeRequest&) {
    connection.stall();
    connection.send("HTTP/1.1 200 OK\r\n");
    pool.clock.advance(seconds(601));
    connection.send("x: y\r\n");
    connection.read_until_closed();
  });
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, {}).ok());
  server.release();
  CHECK(in_text(exchange.read_head().error()) ==
        "timeout: no answer from " + name_of(server) + " within 600 s (timeouts.first_byte)");
}

TEST_CASE("a stream that falls silent runs into the idle limit") {
  FakeServer server(send_and(sse_head() + chunk("data: a\n\n"), &FakeConnection::stall));
  Settings settings;
  settings.timeouts.idle = milliseconds(20);
  TestPool pool(settings);
  const Outcome outcome = call(*pool, server.url());
  CHECK(outcome.body == "data: a\n\n");
  CHECK(outcome.error == "timeout: no data from " + name_of(server) + " for 20 ms (timeouts.idle)");
}

TEST_CASE("a stream that goes on for too long runs into the total limit") {
  FakeServer server(send_and(sse_head() + chunk("data: a\n\n"), &FakeConnection::stall));
  Settings settings;
  settings.timeouts.total = seconds(5);
  TestPool pool(settings);
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, {}).ok());
  REQUIRE(exchange.read_head().ok());
  CHECK(*exchange.read_body() == "data: a\n\n");
  pool.clock.advance(seconds(6));
  CHECK(in_text(exchange.read_body().error()) ==
        "timeout: answer of " + name_of(server) + " was not complete within 5 s (timeouts.total)");
}

TEST_CASE("an upstream that takes nothing of a large request runs into the idle limit") {
  FakeServer server([](FakeConnection& connection) { connection.stall(); }, answer_ok);
  Settings settings;
  settings.timeouts.idle = milliseconds(20);
  TestPool pool(settings);
  CHECK(call(*pool, server.url(), "POST", std::string(20'000'000, 'x')).error ==
        "timeout: " + name_of(server) + " did not take the request within 20 ms (timeouts.idle)");
}

TEST_CASE("an abort from another thread ends the wait for an answer") {
  FakeServer server(send_and("", &FakeConnection::stall));
  TestPool pool;
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, {}).ok());
  std::thread other([&] {
    server.wait_for_requests(1);
    exchange.abort();
  });
  const auto head = exchange.read_head();
  other.join();
  REQUIRE_FALSE(head.ok());
  CHECK(head.error().code == Error::Code::kCancelled);
}

TEST_CASE("an abort from another thread ends the wait for the next bytes") {
  FakeServer server(send_and(sse_head() + chunk("data: a\n\n"), &FakeConnection::stall));
  TestPool pool;
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, {}).ok());
  REQUIRE(exchange.read_head().ok());
  REQUIRE(exchange.read_body().ok());
  std::thread other([&] { abort.abort(); });
  CHECK(exchange.read_body().error().code == Error::Code::kCancelled);
  other.join();
}

TEST_CASE("a call that was aborted before is not sent") {
  FakeServer server(answer_ok);
  TestPool pool;
  call(*pool, server.url());
  AbortHandle abort;
  abort.abort();
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  CHECK(exchange.start(request.request, {}).error().code == Error::Code::kCancelled);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("an exchange that is dropped early closes its connection at once") {
  FakeServer server([](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk("data: a\n\n"));
    connection.read_until_closed();
  });
  TestPool pool;
  {
    AbortHandle abort;
    const TestRequest request("POST", server.url());
    Exchange exchange(*pool, abort);
    REQUIRE(exchange.start(request.request, {}).ok());
    REQUIRE(exchange.read_head().ok());
    REQUIRE(exchange.read_body().ok());
  }
  server.wait_for_closed(1);
  CHECK(pool->counters().open == 0);
}
