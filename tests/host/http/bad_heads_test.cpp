#include <string>
#include <vector>

#include "host/net/request_parser.hpp"
#include "tests/host/http/health_host.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::net::RequestParser;
using abv::test::Answer;
using abv::test::HealthHost;
using abv::test::is_healthy;
using abv::test::kAsk;
using abv::test::kHealthy;
using abv::test::PlainClient;

struct BadHead {
  int status;
  std::string text;
};

// What follows a bad head must never be taken for a request of its own.
const std::string kHidden = "GET /nowhere HTTP/1.1\r\nHost: b\r\n\r\n";

std::string get(const std::string& headers) {
  return "GET /health HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

std::vector<BadHead> bad_heads() {
  return {
      {400, "GET /health\r\n\r\n"},
      {400, " GET /health HTTP/1.1\r\nHost: a\r\n\r\n"},
      {400, "GET  /health HTTP/1.1\r\nHost: a\r\n\r\n"},
      {400, "GET /health HTTP/1.1 \r\nHost: a\r\n\r\n"},
      {400, "GET /he alth HTTP/1.1\r\nHost: a\r\n\r\n"},
      {400, "GET /health HTTP/1.1\nHost: a\n\n"},
      {400, "GET /health HTTP/1.1\r\nHost: a\n\r\n"},
      {400, "GET /health HTTP/1.1\r\nHost: a\r\n\n"},
      {400, "GET /health HTTP/1.1\r\n\r\n"},
      {400, get("Host: b\r\n")},
      {400, get("a: b\r\n c: d\r\n")},
      {400, get("a: b\r\n\tc\r\n")},
      {400, get("a: b\rc: d\r\n")},
      {400, get("a : b\r\n")},
      {400, get("no colon\r\n")},
      {400, get(": b\r\n")},
      {400, get(std::string("a: \0\r\n", 6))},
      {400, get("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")},
      {400, get("Content-Length: 4\r\nContent-Length: 5\r\n")},
      {400, get("Content-Length: +4\r\n")},
      {400, get("Content-Length : 4\r\n")},
      {400, get("Content-Length: 4, 4\r\n")},
      {400, get("Transfer-Encoding: identity\r\n")},
      {400, get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
      {400, "GET /health HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {400, std::string(5000, 'x')},
      {400, std::string(100, '\0')},
      {400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"},
      {414, "GET /" + std::string(RequestParser::kMaxLine, 'x') + " HTTP/1.1\r\n"},
      {431, get(std::string(RequestParser::kMaxBytes, 'x') + ": y\r\n")},
      {431, get("x: " + std::string(200'000, 'y') + "\r\n")},
      {505, "GET /health HTTP/2.0\r\nHost: a\r\n\r\n"},
      {505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
  };
}

bool is_refused(PlainClient& client, const BadHead& bad) {
  const Answer answer = client.ask(bad.text + kHidden);
  return answer.status == bad.status && answer.header("connection") == "close" &&
         answer.body.starts_with("request head: ") && client.is_closed();
}

// The places in the table of the heads that `refuses` denies.
template <class Refuses>
std::vector<std::size_t> taken(Refuses refuses) {
  const std::vector<BadHead> table = bad_heads();
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!refuses(table[i])) {
      places.push_back(i);
    }
  }
  return places;
}

}  // namespace

TEST_CASE("a bad head is refused as the first of a connection", "[http][server][smuggling]") {
  HealthHost host;

  CHECK(taken([&](const BadHead& bad) {
          PlainClient client(host.port());
          return is_refused(client, bad);
        }) == std::vector<std::size_t>());
  CHECK(is_healthy(host));
}

TEST_CASE("a bad head is refused as the second of a connection", "[http][server][smuggling]") {
  HealthHost host;

  CHECK(taken([&](const BadHead& bad) {
          PlainClient client(host.port());
          return client.ask(kAsk).body == kHealthy && is_refused(client, bad);
        }) == std::vector<std::size_t>());
  CHECK(is_healthy(host));
}

TEST_CASE("a bad head is refused right behind a good request", "[http][server][smuggling]") {
  HealthHost host;

  CHECK(taken([&](const BadHead& bad) {
          PlainClient client(host.port());
          client.say(kAsk + bad.text + kHidden);
          return client.hear().body == kHealthy && client.hear().status == bad.status &&
                 client.is_closed();
        }) == std::vector<std::size_t>());
}
