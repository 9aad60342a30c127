#include "host/http/server.hpp"

#include <string>

#include "tests/host/http/health_host.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::http::ServerSettings;
using abv::test::Answer;
using abv::test::count_healthy;
using abv::test::HealthHost;
using abv::test::is_healthy;
using abv::test::kAsk;
using abv::test::kHealthy;
using abv::test::PlainClient;

std::string get(const std::string& target, const std::string& rest = "\r\n") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + rest;
}

std::string post(const std::string& target, const std::string& headers, const std::string& body) {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

int status_of(HealthHost& host, const std::string& request) {
  return PlainClient(host.port()).ask(request).status;
}

// What a client gets that says `bytes` and then nothing more.
std::string answer_to_garbage(HealthHost& host, const std::string& bytes) {
  PlainClient client(host.port());
  client.say(bytes);
  client.half_close();
  return client.hear_to_the_end();
}

bool is_refusal_or_silence(const std::string& answer) {
  return answer.empty() || answer.starts_with("HTTP/1.1 400 ") ||
         answer.starts_with("HTTP/1.1 431 ");
}

}  // namespace

TEST_CASE("a host without plugins answers that it is well", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer = client.ask(kAsk);

  CHECK(answer.status == 200);
  CHECK(answer.body == kHealthy);
  CHECK(answer.header("content-type") == "application/json");
  CHECK(answer.keep_alive);
}

TEST_CASE("a connection serves one request after the other", "[http][server]") {
  HealthHost host;

  CHECK(count_healthy(host, 20) == 20);
}

TEST_CASE("the client is told how long an idle connection is kept", "[http][server]") {
  ServerSettings settings;
  settings.keep_alive = std::chrono::seconds(17);
  HealthHost host(settings);

  CHECK(PlainClient(host.port()).ask(kAsk).header("keep-alive") == "timeout=17");
}

TEST_CASE("a client that wants the connection closed gets that", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer = client.ask(get("/health", "Connection: close\r\n\r\n"));

  CHECK(answer.status == 200);
  CHECK(answer.header("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a client of HTTP/1.0 is answered and the connection closed", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer = client.ask("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

  CHECK(answer.status == 200);
  CHECK(answer.body == kHealthy);
  CHECK(answer.header("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a target in absolute form is a path", "[http][server]") {
  HealthHost host;

  CHECK(status_of(host, get("http://a.example/health")) == 200);
  CHECK(status_of(host, get("https://a.example:8045/health?x=http://b/")) == 200);
  CHECK(status_of(host, get("http://a.example/nowhere")) == 404);
  CHECK(status_of(host, get("http://a.example")) == 404);
}

TEST_CASE("a path is taken in its plain spelling", "[http][server]") {
  HealthHost host;

  CHECK(status_of(host, get("//health/")) == 200);
  CHECK(status_of(host, get("/./health?a=b")) == 200);
}

TEST_CASE("a path that hides something is a bad request", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer = client.ask(get("/a/../health"));

  CHECK(answer.status == 400);
  CHECK(answer.header("content-type") == "application/json");
  CHECK_THAT(answer.body, ContainsSubstring("invalid_request"));
  CHECK(status_of(host, get("/%2e%2e/health")) == 400);
  CHECK(status_of(host, get("/health\\")) == 400);
  CHECK(status_of(host, get("*")) == 400);
  CHECK(status_of(host, get("health")) == 400);
}

TEST_CASE("an unknown path is a 404 in JSON that names it", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer = client.ask(get("/v1/nothing"));

  CHECK(answer.status == 404);
  CHECK(answer.header("content-type") == "application/json");
  CHECK_THAT(answer.body, ContainsSubstring(R"("type":"not_found")"));
  CHECK_THAT(answer.body, ContainsSubstring("GET /v1/nothing"));
  CHECK(client.ask(kAsk).status == 200);
}

TEST_CASE("a known path with another method is a 405 that names the right ones", "[http][server]") {
  HealthHost host;

  const Answer answer = PlainClient(host.port()).ask("DELETE /health HTTP/1.1\r\nHost: a\r\n\r\n");

  CHECK(answer.status == 405);
  CHECK(answer.header("content-type") == "application/json");
  CHECK(answer.header("allow") == "GET, POST");
  CHECK_THAT(answer.body, ContainsSubstring("expected GET, POST"));
}

TEST_CASE("a body over the limit is refused before it is read", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer = client.ask(post("/upload", "Content-Length: 1001\r\n", ""));

  CHECK(answer.status == 413);
  CHECK_THAT(answer.body, ContainsSubstring("1000 bytes (limits.body)"));
}

TEST_CASE("a chunked body over the limit is refused", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer = client.ask(post("/upload", "Transfer-Encoding: chunked\r\n",
                                        "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"));

  CHECK(answer.status == 413);
}

TEST_CASE("a client that sends a body too large gets to read why", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer =
      client.ask(post("/upload", "Content-Length: 3000000\r\n", std::string(3'000'000, 'x')));

  CHECK(answer.status == 413);
  CHECK(client.is_closed());
}

TEST_CASE("a body that is going to be refused is not asked for", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  const Answer answer =
      client.ask(post("/upload", "Content-Length: 1001\r\nExpect: 100-continue\r\n", ""));

  CHECK(answer.status == 413);
  CHECK(answer.header("connection") == "close");
}

TEST_CASE("a body within the limit is asked for", "[http][server]") {
  HealthHost host;
  PlainClient client(host.port());

  CHECK(client.ask(post("/health", "Content-Length: 2\r\nExpect: 100-continue\r\n", "")).status ==
        100);
  CHECK(client.ask("{}").status == 200);
}

TEST_CASE("framing that contradicts itself is a bad request and ends the connection",
          "[http][server][smuggling]") {
  HealthHost host;
  const std::string hidden = "0\r\n\r\nGET /health HTTP/1.1\r\nHost: b\r\n\r\n";
  PlainClient client(host.port());

  const Answer answer =
      client.ask(post("/health", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", hidden));

  CHECK(answer.status == 400);
  CHECK(client.is_closed());
  CHECK(status_of(host, post("/health", "Content-Length: 4\r\nContent-Length: 5\r\n", hidden)) ==
        400);
  CHECK(status_of(host, post("/health", "Transfer-Encoding: identity\r\n", hidden)) == 400);
  CHECK(status_of(host, post("/health", "Content-Length : 5\r\n", hidden)) == 400);
}

TEST_CASE("garbage is refused or met with silence, and the server lives", "[http][server]") {
  HealthHost host;

  CHECK(answer_to_garbage(host, std::string(5000, 'x')).starts_with("HTTP/1.1 400 "));
  CHECK(answer_to_garbage(host, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").size() < 1000);
  CHECK(is_refusal_or_silence(answer_to_garbage(host, std::string(100, '\0'))));
  CHECK(is_refusal_or_silence(answer_to_garbage(host, "GET")));
  CHECK(is_refusal_or_silence(answer_to_garbage(host, "\r\n\r\n\r\n")));
  CHECK(is_refusal_or_silence(answer_to_garbage(host, "GET /health\r\n\r\n")));
  CHECK(is_refusal_or_silence(
      answer_to_garbage(host, get("/health", std::string(70'000, 'h') + ": v\r\n\r\n"))));
  CHECK(is_refusal_or_silence(
      answer_to_garbage(host, get("/health", "h: " + std::string(200'000, 'v') + "\r\n\r\n"))));
  CHECK(is_refusal_or_silence(
      answer_to_garbage(host, post("/health", "Content-Length: many\r\n", ""))));
  CHECK(is_refusal_or_silence(answer_to_garbage(
      host, post("/health", "Content-Length: -5\r\nExpect: 100-continue\r\n", ""))));
  CHECK(is_healthy(host));
}

TEST_CASE("clients that leave in the middle do no harm", "[http][server]") {
  HealthHost host;

  PlainClient(host.port()).say("GET /hea");
  PlainClient(host.port()).say(post("/upload", "Content-Length: 500\r\n", "beginning"));
  PlainClient(host.port()).say(post("/upload", "Transfer-Encoding: chunked\r\n", "5\r\nhel"));
  PlainClient(host.port()).say("");

  CHECK(is_healthy(host));
}
