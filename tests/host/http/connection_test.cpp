// What one connection serves after its first request.

#include <string>

#include "tests/host/http/health_host.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::http::ServerSettings;
using abv::test::Answer;
using abv::test::HealthHost;
using abv::test::kAsk;
using abv::test::kHealthy;
using abv::test::PlainClient;

const std::string kLast = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const std::string kMissing = "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(const std::string& headers, const std::string& body) {
  return "POST /health HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

}  // namespace

TEST_CASE("requests that come at once are all answered, in their order", "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());

  client.say(kAsk + kMissing + kAsk + kLast);

  CHECK(client.hear().body == kHealthy);
  CHECK(client.hear().status == 404);
  CHECK(client.hear().body == kHealthy);
  CHECK(client.hear().header("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a request may arrive in pieces, behind another", "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());
  client.say(kAsk.substr(0, 3));
  client.say(kAsk.substr(3) + kMissing.substr(0, 20));
  CHECK(client.hear().body == kHealthy);

  client.say(kMissing.substr(20));

  CHECK(client.hear().status == 404);
}

TEST_CASE("a body that nobody wanted does not become the next request", "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());

  client.say(post("Content-Length: 36\r\n", kMissing + "12") + kAsk);
  CHECK(client.hear().body == kHealthy);
  CHECK(client.hear().body == kHealthy);

  client.say(post("Transfer-Encoding: chunked\r\n", "5\r\nGET /\r\n0\r\n\r\n") + kMissing);
  CHECK(client.hear().body == kHealthy);
  CHECK(client.hear().status == 404);
}

TEST_CASE("empty lines between two requests are skipped", "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());

  client.say("\r\n" + kAsk + "\r\n\r\n" + kAsk + "\r");

  CHECK(client.hear().body == kHealthy);
  CHECK(client.hear().body == kHealthy);
  client.say("\n" + kLast);
  CHECK(client.hear().body == kHealthy);
}

TEST_CASE("what comes behind the last request of a connection is not answered",
          "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());

  client.say(kLast + kAsk + std::string(100'000, 'x'));

  CHECK(client.hear().body == kHealthy);
  CHECK(client.is_closed());
}

TEST_CASE("a second request is asked for its body as the first one is", "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());
  REQUIRE(client.ask(kAsk).body == kHealthy);

  CHECK(client.ask(post("Content-Length: 2\r\nExpect: 100-continue\r\n", "")).status == 100);
  CHECK(client.ask("{}").body == kHealthy);
  CHECK(client.ask(kAsk).body == kHealthy);
}

TEST_CASE("a body that is refused for its size is not asked for, and the end is told at once",
          "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());
  REQUIRE(client.ask(kAsk).body == kHealthy);

  const Answer answer = client.ask(
      "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");

  CHECK(answer.status == 413);
  CHECK(answer.header("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a client of HTTP/1.0 is not asked for its body", "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer =
      client.ask("POST /health HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}");

  CHECK(answer.status == 200);
}

TEST_CASE("a connection without a next request is closed in silence", "[http][connection]") {
  ServerSettings settings;
  settings.keep_alive = std::chrono::milliseconds(1);
  HealthHost host(settings);
  PlainClient client(host.port());

  CHECK(client.ask(kAsk).body == kHealthy);
  CHECK(client.is_closed());
}

TEST_CASE("without keep-alive a connection serves one request", "[http][connection]") {
  ServerSettings settings;
  settings.keep_alive = abv::Nanos{0};
  HealthHost host(settings);
  PlainClient client(host.port());

  CHECK(client.ask(kAsk).header("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a head that is not finished in time is told so", "[http][connection]") {
  ServerSettings settings;
  settings.header_timeout = std::chrono::milliseconds(1);
  HealthHost host(settings);
  PlainClient first(host.port());
  PlainClient silent(host.port());

  const Answer answer = first.ask(kAsk.substr(0, 10));

  CHECK(((answer.status == 408 && answer.header("connection") == "close") || answer.status == 0));
  CHECK(first.is_closed());
  CHECK(silent.is_closed());
}

TEST_CASE("the second head is given as long as the first", "[http][connection]") {
  ServerSettings settings;
  settings.header_timeout = std::chrono::milliseconds(200);
  settings.keep_alive = std::chrono::seconds(30);
  HealthHost host(settings);
  PlainClient client(host.port());
  REQUIRE(client.ask(kAsk).body == kHealthy);

  const Answer answer = client.ask(kAsk.substr(0, 10));

  CHECK(answer.status == 408);
  CHECK(client.is_closed());
}

TEST_CASE("a request behind one that the server stopped accepting for is not lost unnoticed",
          "[http][connection]") {
  HealthHost host;
  PlainClient client(host.port());
  REQUIRE(client.ask(kAsk).keep_alive);
  host.server().stop_accepting();

  const Answer last = client.ask(kAsk + kAsk);

  CHECK(last.header("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a server that ends wakes every connection that waits", "[http][connection]") {
  HealthHost host;
  PlainClient silent(host.port());
  PlainClient between(host.port());
  PlainClient in_a_head(host.port());
  PlainClient in_a_body(host.port());
  REQUIRE(between.ask(kAsk).body == kHealthy);
  in_a_head.say(kAsk.substr(0, 10));
  REQUIRE(in_a_body.ask(post("Content-Length: 9\r\n", "half")).body == kHealthy);

  host.stop();

  CHECK(silent.is_closed());
  CHECK(between.is_closed());
  CHECK(in_a_head.is_closed());
  CHECK(in_a_body.is_closed());
}
