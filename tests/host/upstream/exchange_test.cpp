#include "host/upstream/exchange.hpp"

#include <array>
#include <string>
#include <vector>

#include "tests/host/upstream/call.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_server.hpp"

using namespace abv::test;
using abv::Error;
using abv::Result;
using abv::net::AbortHandle;
using abv::net::Header;
using abv::upstream::Exchange;

namespace {

void answer_ok(FakeConnection& connection, const FakeRequest&) {
  connection.send(json_answer("{\"ok\":true}"));
}

FakeServer::Handler always(std::vector<std::string> pieces) {
  return
      [pieces](FakeConnection& connection, const FakeRequest&) { connection.send_pieces(pieces); };
}

FakeServer::Handler once(std::vector<std::string> pieces) {
  return [pieces](FakeConnection& connection, const FakeRequest&) {
    connection.send_pieces(pieces);
    connection.close();
  };
}

// The pieces of a source, in order.
abv::upstream::BodySource source_of(std::vector<std::string> pieces) {
  auto left = std::make_shared<std::vector<std::string>>(pieces.rbegin(), pieces.rend());
  auto current = std::make_shared<std::string>();
  return [left, current]() -> Result<std::string_view> {
    *current = left->empty() ? "" : left->back();
    if (!left->empty()) left->pop_back();
    return std::string_view(*current);
  };
}

Outcome upload(abv::upstream::Pool& pool, const std::string& url,
               const abv::upstream::BodySource& source, std::optional<std::uint64_t> length) {
  AbortHandle abort;
  const TestRequest request("POST", url);
  Exchange exchange(pool, abort);
  const auto started = exchange.start(request.request, source, length);
  if (started) return finish(exchange);
  Outcome outcome;
  outcome.error = in_text(started.error());
  return outcome;
}

}  // namespace

TEST_CASE("a request is sent with our headers about the connection and the caller's others") {
  FakeServer server(answer_ok);
  TestPool pool;
  TestRequest request("POST", server.url("/v1/chat?a=b"));
  request.headers = {{"Host", "evil"}, {"content-length", "999"},  {"Connection", "close"},
                     {"x-a", "1"},     {"Transfer-Encoding", "x"}, {"authorization", "Bearer k"}};
  request.request.headers = request.headers;
  const std::array<std::string_view, 3> body{"{\"a\":", "", "1}"};
  AbortHandle abort;
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, body).ok());
  CHECK(finish(exchange).body == "{\"ok\":true}");
  CHECK(server.requests().at(0).raw ==
        "POST /v1/chat?a=b HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(server.port()) +
            "\r\nx-a: 1\r\nauthorization: Bearer k\r\n"
            "content-length: 7\r\n\r\n{\"a\":1}");
}

TEST_CASE("only a method that expects a body announces an empty one") {
  FakeServer server(answer_ok);
  TestPool pool;
  call(*pool, server.url(), "GET", "");
  call(*pool, server.url(), "POST", "");
  CHECK(server.requests().at(0).header("content-length").empty());
  CHECK(server.requests().at(1).header("content-length") == "0");
}

TEST_CASE("a request that could break out of its lines is refused before anything is sent") {
  FakeServer server(answer_ok);
  TestPool pool;
  TestRequest request("POST", server.url());
  const Header bad = GENERATE(Header{"x", "a\r\ny: b"}, Header{"x", std::string_view("\0", 1)},
                              Header{"x y", "a"}, Header{"", "a"}, Header{"x:", "a"});
  request.request.headers = std::span(&bad, 1);
  AbortHandle abort;
  Exchange exchange(*pool, abort);
  const auto started = exchange.start(request.request, {});
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().code == Error::Code::kInvalid);
  CHECK(server.connections() == 0);
}

TEST_CASE("a whole answer that arrives at once is one piece, and known to be complete") {
  FakeServer server(
      always({sse_head() + chunk("data: a\n\n") + chunk("data: b\n\n") + last_chunk()}));
  TestPool pool;
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  REQUIRE(exchange.start(request.request, {}).ok());
  REQUIRE(exchange.read_head().ok());
  CHECK_FALSE(exchange.complete());
  CHECK(*exchange.read_body() == "data: a\n\ndata: b\n\n");
  CHECK(exchange.complete());
  CHECK(exchange.read_body()->empty());
}

TEST_CASE("an answer is the same wherever its bytes are cut") {
  const std::string text = sse_head() + chunk("data: a\n\n") + chunk("data: b\n\n") + last_chunk();
  const std::size_t cut = GENERATE_COPY(range(std::size_t{1}, text.size()));
  FakeServer server(always({text.substr(0, cut), text.substr(cut)}));
  TestPool pool;
  const Outcome outcome = call(*pool, server.url());
  CAPTURE(cut);
  CHECK(outcome.error.empty());
  CHECK(outcome.body == "data: a\n\ndata: b\n\n");
  CHECK(pool->counters().idle == 1);
}

TEST_CASE("bodies end by length, by chunk, by close or with the head") {
  TestPool pool;
  const auto body_of = [&](const std::string& text) {
    FakeServer server(once({text}));
    const Outcome outcome = call(*pool, server.url());
    return outcome.error + std::to_string(outcome.status) + outcome.body;
  };
  CHECK(body_of("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc") == "200abc");
  CHECK(body_of("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n") ==
        "200a");
  CHECK(body_of("HTTP/1.1 200 OK\r\n\r\nabc") == "200abc");
  CHECK(body_of("HTTP/1.0 200 OK\r\n\r\nabc") == "200abc");
  CHECK(body_of("HTTP/1.1 204 No Content\r\n\r\n") == "204");
  CHECK(body_of("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") == "200");
}

TEST_CASE("the answer to HEAD has no body, whatever its length says") {
  FakeServer server(always({"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"}));
  TestPool pool;
  CHECK(call(*pool, server.url(), "HEAD", "").status == 200);
  CHECK(call(*pool, server.url(), "HEAD", "").reused);
}

TEST_CASE("interim answers are skipped, an upgrade is not") {
  FakeServer interim(always({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n",
                             "\r\n", json_answer("{}")}));
  FakeServer upgrade(once({"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"}));
  TestPool pool;
  CHECK(call(*pool, interim.url()).body == "{}");
  CHECK(call(*pool, upgrade.url()).status == 101);
  CHECK(pool->counters().idle == 1);
}

TEST_CASE("a large answer arrives whole") {
  const std::string large(5'000'000, 'x');
  FakeServer server(always({json_answer(large)}));
  TestPool pool;
  CHECK(call(*pool, server.url()).body == large);
}

TEST_CASE("a large request arrives whole") {
  FakeServer server(answer_ok);
  TestPool pool;
  const std::string large(5'000'000, 'x');
  CHECK(call(*pool, server.url(), "POST", large).status == 200);
  CHECK(server.requests().at(0).body == large);
}

TEST_CASE("a body from a source is sent with its length or chunked") {
  FakeServer server(answer_ok);
  TestPool pool;
  CHECK(upload(*pool, server.url(), source_of({"abc", "de"}), 5).status == 200);
  CHECK(upload(*pool, server.url(), source_of({"abc", std::string(20, 'x')}), {}).status == 200);
  CHECK(server.requests().at(0).raw.ends_with("content-length: 5\r\n\r\nabcde"));
  CHECK(server.requests().at(1).raw.ends_with(
      "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n14\r\nxxxxxxxxxxxxxxxxxxxx\r\n0\r\n\r\n"));
}

TEST_CASE("a source that does not give what it announced ends the exchange") {
  FakeServer server(answer_ok);
  TestPool pool;
  CHECK_THAT(upload(*pool, server.url(), source_of({"abc"}), 5).error,
             Catch::Matchers::StartsWith("invalid: the body has 3 bytes instead of the 5"));
  CHECK_THAT(upload(*pool, server.url(), source_of({"abcdef"}), 5).error,
             Catch::Matchers::StartsWith("invalid: the body has 6 bytes"));
  const auto failing = []() -> Result<std::string_view> {
    return Error{Error::Code::kCancelled, "client left"};
  };
  CHECK(upload(*pool, server.url(), failing, 5).error == "cancelled: client left");
  CHECK(pool->counters().open == 0);
}

TEST_CASE("an answer that comes before a large request was taken is read, and the rest not sent") {
  FakeServer server(
      [](FakeConnection& connection) {
        connection.send("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");
        connection.stall();
      },
      answer_ok);
  TestPool pool;
  const Outcome outcome = call(*pool, server.url(), "POST", std::string(20'000'000, 'x'));
  CHECK(outcome.status == 413);
  CHECK(outcome.body == "big");
  CHECK(pool->counters().idle == 0);
}

TEST_CASE("an exchange serves one request") {
  FakeServer server(answer_ok);
  TestPool pool;
  AbortHandle abort;
  const TestRequest request("POST", server.url());
  Exchange exchange(*pool, abort);
  CHECK(exchange.read_head().error().code == Error::Code::kInternal);
  CHECK(exchange.read_body().error().code == Error::Code::kInternal);
  REQUIRE(exchange.start(request.request, {}).ok());
  CHECK(exchange.start(request.request, {}).error().code == Error::Code::kInternal);
}

TEST_CASE("whoever waits for the head of an answer hears of the silence") {
  // The server stalls until the exchange has told of the silence: without that it never ends.
  FakeServer server([](FakeConnection& connection, const FakeRequest&) {
    connection.stall();
    connection.send(json_answer("{}"));
  });
  TestPool pool;
  const TestRequest request("GET", server.url("/"));
  AbortHandle abort;
  Exchange exchange(*pool, abort);
  exchange.while_waiting(std::chrono::milliseconds(1), [&] { server.release(); });

  REQUIRE(exchange.start(request.request, {}).ok());

  CHECK(finish(exchange).body == "{}");
}

TEST_CASE("whoever waits for the body of an answer hears of the silence") {
  FakeServer server([](FakeConnection& connection, const FakeRequest&) {
    connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na");
    connection.stall();
    connection.send("b");
  });
  TestPool pool;
  const TestRequest request("GET", server.url("/"));
  AbortHandle abort;
  Exchange exchange(*pool, abort);
  exchange.while_waiting(std::chrono::milliseconds(1), [&] { server.release(); });

  REQUIRE(exchange.start(request.request, {}).ok());

  CHECK(finish(exchange).body == "ab");
}

TEST_CASE("the time limits hold however often one is told of the silence") {
  FakeServer server([](FakeConnection& connection, const FakeRequest&) { connection.stall(); });
  abv::upstream::Settings settings;
  settings.timeouts.first_byte = std::chrono::milliseconds(5);
  TestPool pool(settings);
  const TestRequest request("GET", server.url("/"));
  AbortHandle abort;
  Exchange exchange(*pool, abort);
  int told = 0;
  exchange.while_waiting(std::chrono::milliseconds(2), [&] { ++told; });

  REQUIRE(exchange.start(request.request, {}).ok());

  CHECK_THAT(finish(exchange).error, ContainsSubstring("timeouts.first_byte"));
  CHECK(told == 2);
}
