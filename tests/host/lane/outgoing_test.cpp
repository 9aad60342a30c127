#include "host/lane/outgoing.hpp"

#include <map>
#include <string>

#include "tests/host/lane/given_body.hpp"
#include "tests/host/lane/given_call.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::Secret;
using abv::account::Account;
using abv::lane::Outgoing;
using abv::lane::Range;
using abv::test::HeaderList;
using abv::test::joined;
using abv::test::listed;
using abv::test::views;

// What remains of a client's headers; the one that the host adds is left out.
std::string passed_on(const HeaderList& headers) {
  const std::vector<abv_header> given = views(headers);
  const Outgoing outgoing("POST", given, "", nullptr);
  std::string all = listed(outgoing.header_views());
  const std::string own = "accept-encoding: identity\n";
  REQUIRE(all.ends_with(own));
  return all.substr(0, all.size() - own.size());
}

std::string body_of(Outgoing& outgoing) {
  std::vector<std::string_view> pieces;
  return outgoing.body_pieces(pieces) ? joined(pieces) : "(refused)";
}

Account account_with(const char* key) {
  return Account({.id = "main", .kind = "api_key"}, {{"api_key", Secret(key)}});
}

Account account_with_key() {
  return account_with("sk-upstream");
}

}  // namespace

TEST_CASE("what a client says about its request is passed on in order", "[lane][outgoing]") {
  CHECK(passed_on({{"Content-Type", "application/json"},
                   {"anthropic-version", "2023-06-01"},
                   {"anthropic-beta", "a"},
                   {"anthropic-beta", "b"},
                   {"accept", "text/event-stream"},
                   {"user-agent", "client/1"}}) ==
        "Content-Type: application/json\nanthropic-version: 2023-06-01\nanthropic-beta: a\n"
        "anthropic-beta: b\naccept: text/event-stream\nuser-agent: client/1\n");
}

TEST_CASE("the client's credentials stay here", "[lane][outgoing]") {
  CHECK(passed_on({{"Authorization", "Bearer sk"},
                   {"x-api-key", "sk"},
                   {"X-Goog-Api-Key", "sk"},
                   {"Cookie", "a=b"},
                   {"proxy-authorization", "Basic x"}}) == "");
}

TEST_CASE("headers of the client's connection stay here", "[lane][outgoing]") {
  CHECK(passed_on({{"Host", "127.0.0.1:8045"},
                   {"Connection", "keep-alive"},
                   {"Keep-Alive", "timeout=5"},
                   {"TE", "trailers"},
                   {"Trailer", "x"},
                   {"Transfer-Encoding", "chunked"},
                   {"Upgrade", "websocket"},
                   {"Proxy-Connection", "keep-alive"},
                   {"Content-Length", "12"},
                   {"Expect", "100-continue"},
                   {"Accept-Encoding", "gzip"}}) == "");
}

TEST_CASE("where the client is and how it came is not told", "[lane][outgoing]") {
  CHECK(passed_on({{"Forwarded", "for=1.2.3.4"},
                   {"X-Forwarded-For", "1.2.3.4"},
                   {"x-forwarded-host", "a"},
                   {"x-forwarded-proto", "https"},
                   {"x-forwarded-port", "443"},
                   {"X-Real-IP", "1.2.3.4"},
                   {"Via", "1.1 proxy"},
                   {"Origin", "https://a.example"},
                   {"Referer", "https://a.example/b"},
                   {"Sec-Fetch-Mode", "cors"},
                   {"sec-ch-ua", "x"},
                   {"DNT", "1"},
                   {"upgrade-insecure-requests", "1"}}) == "");
}

TEST_CASE("headers whose names only begin alike are passed on", "[lane][outgoing]") {
  CHECK(passed_on({{"sec", "1"}, {"secret-sauce", "2"}, {"x-hosts", "3"}, {"teapot", "4"}}) ==
        "sec: 1\nsecret-sauce: 2\nx-hosts: 3\nteapot: 4\n");
}

TEST_CASE("headers that Connection names stay here", "[lane][outgoing]") {
  CHECK(passed_on({{"x-hop", "1"},
                   {"Connection", "close, X-Hop ,\tx-other,"},
                   {"X-Other", "2"},
                   {"x-kept", "3"}}) == "x-kept: 3\n");
}

TEST_CASE("every Connection header counts", "[lane][outgoing]") {
  CHECK(passed_on({{"connection", "x-one"},
                   {"x-one", "1"},
                   {"connection", "x-two"},
                   {"x-two", "2"},
                   {"x-kept", "3"}}) == "x-kept: 3\n");
}

TEST_CASE("a provider sets headers in place of the client's", "[lane][outgoing]") {
  const std::vector<abv_header> given = views({{"User-Agent", "client/1"}, {"a", "b"}});
  Outgoing outgoing("POST", given, "", nullptr);
  std::string value = "abv";

  CHECK(outgoing.set_header("user-agent", value) == ABV_OK);
  CHECK(outgoing.remove_header("A") == ABV_OK);
  value = "xxx";

  CHECK(listed(outgoing.header_views()) == "accept-encoding: identity\nuser-agent: abv\n");
}

TEST_CASE("many headers keep their texts while more are set", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "", nullptr);
  std::string expected = "accept-encoding: identity\n";
  for (int i = 0; i < 100; ++i) {
    REQUIRE(outgoing.set_header("x-" + std::to_string(i), "v" + std::to_string(i)) == ABV_OK);
    expected += "x-" + std::to_string(i) + ": v" + std::to_string(i) + "\n";
  }

  CHECK(listed(outgoing.header_views()) == expected);
}

TEST_CASE("headers and methods that would break the request are refused", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "", nullptr);

  CHECK(outgoing.set_header("x-a", "b\r\nc: d") == ABV_E_INVALID);
  CHECK(outgoing.set_header("x-a", "b\nc") == ABV_E_INVALID);
  CHECK(outgoing.set_header("x-a", std::string("b\0", 2)) == ABV_E_INVALID);
  CHECK(outgoing.set_header("x a", "b") == ABV_E_INVALID);
  CHECK(outgoing.set_header("", "b") == ABV_E_INVALID);
  CHECK(outgoing.set_method("GET /") == ABV_E_INVALID);
  CHECK(outgoing.set_method("") == ABV_E_INVALID);
  CHECK(listed(outgoing.header_views()) == "accept-encoding: identity\n");
  CHECK(outgoing.method() == "POST");
}

TEST_CASE("a provider chooses method and URL", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "", nullptr);
  CHECK(outgoing.url().empty());

  CHECK(outgoing.set_method("GET") == ABV_OK);
  CHECK(outgoing.set_url("https://api.example/v1/models?a=b") == ABV_OK);

  CHECK(outgoing.method() == "GET");
  CHECK(outgoing.url() == "https://api.example/v1/models?a=b");
}

TEST_CASE("URLs that are not plain http or https are refused", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "", nullptr);
  REQUIRE(outgoing.set_url("https://api.example/") == ABV_OK);

  CHECK(outgoing.set_url("") == ABV_E_INVALID);
  CHECK(outgoing.set_url("file:///etc/passwd") == ABV_E_INVALID);
  CHECK(outgoing.set_url("/v1/models") == ABV_E_INVALID);
  CHECK(outgoing.set_url("https://user:secret@api.example/") == ABV_E_INVALID);
  CHECK(outgoing.set_url("https://api.example/a b") == ABV_E_INVALID);
  CHECK(outgoing.set_url("https://api.example/\r\nx: y") == ABV_E_INVALID);
  CHECK(outgoing.url() == "https://api.example/");
}

TEST_CASE("a credential is filled in and counted, and replaces what was there",
          "[lane][outgoing]") {
  Account account = account_with_key();
  const std::vector<abv_header> given = views({{"x-key", "client's"}});
  Outgoing outgoing("POST", given, "", &account);

  CHECK(outgoing.set_credential("authorization", "Bearer ", "api_key") == ABV_OK);
  CHECK(outgoing.set_credential("X-Key", "", "api_key") == ABV_OK);

  CHECK(listed(outgoing.header_views()) ==
        "accept-encoding: identity\nauthorization: Bearer sk-upstream\nX-Key: sk-upstream\n");
  CHECK(account.uses() == 2);
}

TEST_CASE("a credential that is not there is not found", "[lane][outgoing]") {
  Account account = account_with_key();
  Outgoing with_account("POST", {}, "", &account);
  Outgoing without("POST", {}, "", nullptr);

  CHECK(with_account.set_credential("authorization", "", "token") == ABV_E_NOT_FOUND);
  CHECK(without.set_credential("authorization", "", "api_key") == ABV_E_NOT_FOUND);
  CHECK(account.uses() == 0);
  CHECK(listed(without.header_views()) == "accept-encoding: identity\n");
}

TEST_CASE("a credential with a line end is refused and sent nowhere", "[lane][outgoing]") {
  Account account = account_with("sk\r\nx: y");
  Outgoing outgoing("POST", {}, "", &account);

  CHECK(outgoing.set_credential("authorization", "Bearer ", "api_key") == ABV_E_INVALID);
  CHECK(listed(outgoing.header_views()) == "accept-encoding: identity\n");
}

TEST_CASE("the host's splices and the provider's are all applied", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, R"({"model":"old","stream":false})", nullptr);

  outgoing.add_splice({Range{9, 5}, "\"new\""});
  CHECK(outgoing.splice(24, 5, "true") == ABV_OK);
  CHECK(outgoing.splice(1, 0, R"("x":1,)") == ABV_OK);

  CHECK(body_of(outgoing) == R"({"x":1,"model":"new","stream":true})");
}

TEST_CASE("the text of a splice is copied", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "0123", nullptr);
  std::string text = "ab";
  REQUIRE(outgoing.splice(1, 2, text) == ABV_OK);

  text = "--";

  CHECK(body_of(outgoing) == "0ab3");
}

TEST_CASE("a splice outside of the body is refused", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "0123", nullptr);

  CHECK(outgoing.splice(5, 0, "x") == ABV_E_INVALID);
  CHECK(outgoing.splice(2, 3, "x") == ABV_E_INVALID);
  CHECK(outgoing.splice(2, SIZE_MAX, "x") == ABV_E_INVALID);
  CHECK(outgoing.splice(4, 0, "x") == ABV_OK);
  CHECK(body_of(outgoing) == "0123x");
}

TEST_CASE("a provider that cuts through the model gets no body", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "0123456789", nullptr);
  outgoing.add_splice({Range{2, 4}, "m"});

  REQUIRE(outgoing.splice(4, 4, "x") == ABV_OK);

  CHECK(body_of(outgoing) == "(refused)");
}

TEST_CASE("a body that a provider gives replaces body and splices", "[lane][outgoing]") {
  Outgoing outgoing("POST", {}, "0123456789", nullptr);
  outgoing.add_splice({Range{8, 2}, "m"});
  std::string body = "abc";

  CHECK(outgoing.set_body(body) == ABV_OK);
  CHECK(outgoing.splice(4, 0, "x") == ABV_E_INVALID);
  CHECK(outgoing.splice(1, 1, "B") == ABV_OK);
  body = "---";

  CHECK(body_of(outgoing) == "aBc");
}

TEST_CASE("a request without a body stays without one", "[lane][outgoing]") {
  Outgoing outgoing("GET", {}, {}, nullptr);
  std::vector<std::string_view> pieces;

  CHECK(outgoing.body_pieces(pieces));

  CHECK(pieces.empty());
}
