#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "host/http/server.hpp"
#include "host/net/tls.hpp"
#include "tests/host/http/health_host.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/test_certs.hpp"

namespace {

using abv::http::Server;
using abv::http::ServerSettings;
using abv::test::Answer;
using abv::test::count_healthy;
using abv::test::HealthHost;
using abv::test::is_healthy;
using abv::test::kAsk;
using abv::test::kHealthy;
using abv::test::PlainClient;
using abv::test::TestCerts;

ServerSettings with_connections(std::size_t most) {
  ServerSettings settings;
  settings.max_connections = most;
  return settings;
}

// Asks over new connections until one is served: when the server notices that an old one has gone
// is its own affair.
Answer ask_until_served(HealthHost& host) {
  Answer answer;
  for (int i = 0; i < 10'000 && answer.status != 200; ++i) {
    answer = PlainClient(host.port()).ask(kAsk);
  }
  return answer;
}

const std::string kLast = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::string read_to_the_end(abv::net::Stream& stream) {
  std::string all;
  std::string buffer(4096, '\0');
  for (auto got = stream.read_some(buffer.data(), buffer.size()); got && *got > 0;
       got = stream.read_some(buffer.data(), buffer.size())) {
    all.append(buffer, 0, *got);
  }
  return all;
}

std::size_t count(std::string_view text, std::string_view wanted) {
  std::size_t times = 0;
  for (std::size_t at = text.find(wanted); at != std::string_view::npos;
       at = text.find(wanted, at + 1)) {
    ++times;
  }
  return times;
}

std::string refusal_to_start(const ServerSettings& settings) {
  HealthHost host;
  const auto site = host.site();
  const auto started = Server::start(
      settings, [&] { return site; }, host.runner(), host.clock(), host.log());
  return started ? "(started)" : abv::code_name(started.error().code);
}

}  // namespace

TEST_CASE("a connection too many gets an answer and not silence", "[http][server]") {
  HealthHost host(with_connections(1));
  PlainClient first(host.port());
  REQUIRE(first.ask(kAsk).status == 200);
  PlainClient second(host.port());

  const Answer refused = second.hear();

  CHECK(refused.status == 503);
  CHECK(refused.header("retry-after") == "1");
  CHECK(refused.header("content-type") == "application/json");
  CHECK_THAT(refused.body, ContainsSubstring("listen.max_connections"));
  CHECK(second.is_closed());
  CHECK(first.ask(kAsk).status == 200);
}

TEST_CASE("when a connection has ended there is room for another", "[http][server]") {
  HealthHost host(with_connections(1));
  PlainClient first(host.port());
  REQUIRE(first.ask(kAsk).status == 200);

  first.close();

  CHECK(ask_until_served(host).status == 200);
}

TEST_CASE("a server that stops accepting ends its connections after their next answer",
          "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());
  REQUIRE(client.ask(kAsk).keep_alive);

  host.server().stop_accepting();
  const Answer last = client.ask(kAsk);

  CHECK(last.status == 200);
  CHECK(last.header("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a server that stops accepting refuses new connections", "[http][server]") {
  HealthHost host;
  const std::uint16_t port = host.port();
  REQUIRE(is_healthy(host));

  host.server().stop_accepting();
  host.server().stop_accepting();

  CHECK_THROWS(PlainClient(port));
}

TEST_CASE("a server that ends closes what is open and frees its port", "[http][server]") {
  HealthHost host;
  const std::uint16_t port = host.port();
  PlainClient idle(port);
  REQUIRE(idle.ask(kAsk).status == 200);
  PlainClient in_the_middle(port);
  in_the_middle.say("GET /hea");

  host.stop();

  CHECK(idle.is_closed());
  CHECK(in_the_middle.is_closed());
  CHECK_THROWS(PlainClient(port));
}

TEST_CASE("an address that is taken is refused", "[http][server]") {
  HealthHost host;
  ServerSettings settings;
  settings.port = host.port();

  CHECK(refusal_to_start(settings) == "io");
}

TEST_CASE("TLS files that cannot be used are refused", "[http][server][tls]") {
  ServerSettings settings;
  settings.port = 0;
  settings.tls_cert_file = "/nowhere/cert.pem";
  settings.tls_key_file = "/nowhere/key.pem";

  CHECK(refusal_to_start(settings) == "invalid");
}

TEST_CASE("over TLS the answers are the same, request after request", "[http][server][tls]") {
  const TestCerts certs;
  ServerSettings settings;
  settings.tls_cert_file = certs.cert_file();
  settings.tls_key_file = certs.key_file();
  HealthHost host(settings);
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", host.port()));
  abv::net::Stream stream;
  stream.open(::dup(socket.impl()->sockfd()));
  auto tls = abv::net::TlsClient::make(certs.ca_file());
  REQUIRE(tls.ok());
  REQUIRE(stream.start_tls(**tls, {"127.0.0.1", "test"}, std::chrono::seconds(30)));

  REQUIRE(stream.write_all(kAsk));
  std::string answer(4096, '\0');
  const auto got = stream.read_some(answer.data(), answer.size());

  REQUIRE(got.ok());
  CHECK_THAT(answer.substr(0, *got), ContainsSubstring(kHealthy));

  REQUIRE(stream.write_all(kAsk + kLast));
  const std::string rest = read_to_the_end(stream);
  CHECK(count(rest, "HTTP/1.1 200 OK") == 2);
  CHECK(count(rest, kHealthy) == 2);
}

TEST_CASE("many clients at once are all answered", "[http][server]") {
  HealthHost host;
  std::vector<int> healthy(8, 0);
  std::vector<std::thread> threads;
  std::transform(healthy.begin(), healthy.end(), std::back_inserter(threads),
                 [&](int& count) { return std::thread([&] { count = count_healthy(host, 50); }); });

  std::for_each(threads.begin(), threads.end(), [](std::thread& thread) { thread.join(); });

  CHECK(healthy == std::vector<int>(8, 50));
}
