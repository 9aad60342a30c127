#include <string>
#include <vector>

#include "tests/host/upstream/call.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_server.hpp"

using namespace abv::test;
using abv::Secret;
using abv::upstream::Settings;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;

namespace {

void answer_ok(FakeConnection& connection, const FakeRequest&) {
  connection.send(json_answer("{}"));
}

Settings trusting(const TestCerts& certs) {
  Settings settings;
  settings.ca_file = certs.ca_file();
  return settings;
}

Settings through(const FakeServer& proxy, Settings settings, const std::string& user = "") {
  settings.proxy = Secret("http://" + user + "127.0.0.1:" + std::to_string(proxy.port()));
  return settings;
}

std::string name_of(const FakeServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

std::string refusal_of(const FakeServer& server) {
  return "denied: TLS certificate of " + name_of(server) + " was not accepted: ";
}

// A proxy that knows only CONNECT.
FakeServer::Handler tunnel(std::uint16_t port) {
  return [port](FakeConnection& connection, const FakeRequest&) {
    connection.send("HTTP/1.1 200 Connection established\r\n\r\n");
    connection.tunnel_to(port);
  };
}

}  // namespace

TEST_CASE("a certificate of the configured authority is accepted, and the connection used again") {
  const TestCerts certs;
  FakeServer server(answer_ok, certs);
  TestPool pool(trusting(certs));
  CHECK(call(*pool, server.url()).error.empty());
  CHECK(call(*pool, server.url(), "POST", std::string(100'000, 'x')).reused);
  CHECK(server.requests().at(1).body.size() == 100'000);
  CHECK(server.connections() == 1);
}

TEST_CASE("a host name is checked as well as an address") {
  const TestCerts certs("localhost", "");
  FakeServer server(answer_ok, certs);
  TestPool pool(trusting(certs));
  const std::string port = std::to_string(server.port());
  CHECK(call(*pool, "https://localhost:" + port + "/").error.empty());
  CHECK_THAT(call(*pool, server.url()).error,
             StartsWith(refusal_of(server) + "IP address mismatch"));
}

TEST_CASE("a certificate for another name is refused") {
  const TestCerts certs("other.test", "127.0.0.1");
  FakeServer server(answer_ok, certs);
  TestPool pool(trusting(certs));
  CHECK_THAT(call(*pool, "https://localhost:" + std::to_string(server.port()) + "/").error,
             ContainsSubstring("was not accepted: hostname mismatch"));
  CHECK(server.requests().empty());
  CHECK(pool->counters().failures == 1);
}

TEST_CASE("a certificate of an unknown authority is refused") {
  const TestCerts certs;
  const TestCerts others;
  FakeServer server(answer_ok, certs);
  TestPool pool(trusting(others));
  TestPool system;
  CHECK_THAT(call(*pool, server.url()).error, StartsWith(refusal_of(server)));
  CHECK_THAT(call(*system, server.url()).error, StartsWith(refusal_of(server)));
  CHECK(server.requests().empty());
}

TEST_CASE("a server that does not speak TLS is named") {
  const TestCerts certs;
  FakeServer server([](FakeConnection& connection) { connection.send("HTTP/1.1 400 Bad\r\n\r\n"); },
                    answer_ok);
  TestPool pool(trusting(certs));
  CHECK_THAT(call(*pool, "https://" + name_of(server) + "/").error,
             StartsWith("io: connect to " + name_of(server) + ": TLS handshake failed: "));
}

TEST_CASE("a handshake that does not end runs into the connect limit") {
  const TestCerts certs;
  FakeServer server([](FakeConnection& connection) { connection.stall(); }, answer_ok);
  Settings settings = trusting(certs);
  settings.timeouts.connect = milliseconds(20);
  TestPool pool(settings);
  // On a busy machine the limit may pass before the handshake begins.
  const std::string error = call(*pool, "https://" + name_of(server) + "/").error;
  CHECK_THAT(error, StartsWith("timeout: "));
  CHECK_THAT(error,
             ContainsSubstring(name_of(server) + " took longer than 20 ms (timeouts.connect)"));
}

TEST_CASE("a stream over TLS that is cut off is an error") {
  const TestCerts certs;
  FakeServer server(
      [](FakeConnection& connection, const FakeRequest& request) {
        connection.send("HTTP/1.1 200 OK\r\n\r\ndata: a\n\n");
        request.target == "/clean" ? connection.close() : connection.reset();
      },
      certs);
  TestPool pool(trusting(certs));
  CHECK(call(*pool, server.url("/clean")).error.empty());
  CHECK_THAT(call(*pool, server.url("/cut")).error, StartsWith("io: "));
}

TEST_CASE("a dead TLS connection is replaced, and its session resumed") {
  const TestCerts certs;
  FakeServer server(
      [](FakeConnection& connection, const FakeRequest&) {
        connection.send(json_answer("{}"));
        connection.close();
      },
      certs);
  TestPool pool(trusting(certs));
  CHECK(call(*pool, server.url()).error.empty());
  server.wait_for_closed(1);
  CHECK(call(*pool, server.url()).error.empty());
  CHECK(server.connections() == 2);
  CHECK(server.resumptions() == 1);
}

TEST_CASE("a session is resumed after the pool has closed its connection") {
  const TestCerts certs;
  FakeServer server(answer_ok, certs);
  TestPool pool(trusting(certs));
  CHECK(call(*pool, server.url()).error.empty());
  pool.clock.advance(std::chrono::seconds(25));
  CHECK(call(*pool, server.url()).error.empty());
  CHECK(server.connections() == 2);
  CHECK(server.resumptions() == 1);
}

TEST_CASE("https goes through a proxy by CONNECT, verified from end to end") {
  const TestCerts certs("localhost", "");
  FakeServer server(answer_ok, certs);
  FakeServer proxy(tunnel(server.port()));
  TestPool pool(through(proxy, trusting(certs), "me:p%40ss@"));
  const std::string target = "localhost:" + std::to_string(server.port());
  CHECK(call(*pool, "https://" + target + "/").body == "{}");
  CHECK(call(*pool, "https://" + target + "/").reused);
  CHECK(proxy.requests().at(0).raw == "CONNECT " + target + " HTTP/1.1\r\nhost: " + target +
                                          "\r\nproxy-authorization: Basic bWU6cEBzcw==\r\n\r\n");
  CHECK(server.requests().at(0).header("proxy-authorization").empty());
}

TEST_CASE("a proxy that refuses CONNECT is named with its answer") {
  FakeServer proxy([](FakeConnection& connection, const FakeRequest&) {
    connection.send("HTTP/1.1 407 Authenticate\r\ncontent-length: 0\r\n\r\n");
  });
  TestPool pool(through(proxy, {}));
  CHECK(call(*pool, "https://api.example.com/").error ==
        "io: CONNECT to api.example.com:443 through proxy " + name_of(proxy) +
            " was refused: 407 Authenticate");
}

TEST_CASE("a proxy that goes on after its answer is not trusted") {
  FakeServer proxy([](FakeConnection& connection, const FakeRequest&) {
    connection.send("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
  });
  TestPool pool(through(proxy, {}));
  CHECK_THAT(call(*pool, "https://api.example.com/").error, StartsWith("invalid: CONNECT to "));
}

TEST_CASE("plain http goes through a proxy in absolute form") {
  FakeServer proxy(answer_ok);
  TestPool pool(through(proxy, {}, "me:pass@"));
  CHECK(call(*pool, "http://api.example.com:81/v1?x=y").body == "{}");
  CHECK(proxy.requests().at(0).target == "http://api.example.com:81/v1?x=y");
  CHECK(proxy.requests().at(0).header("host") == "api.example.com:81");
  CHECK(proxy.requests().at(0).header("proxy-authorization") == "Basic bWU6cGFzcw==");
}
