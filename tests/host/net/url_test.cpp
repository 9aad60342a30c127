#include <string>

#include "host/net/url.hpp"
#include "tests/support/catch.hpp"

using abv::net::host_and_port;
using abv::net::parse_url;

namespace {

std::string parts(const std::string& text) {
  const auto url = parse_url(text);
  if (!url) return "refused: " + url.error().message;
  return std::string(url->scheme) + " " + std::string(url->host) + " " + std::to_string(url->port) +
         " " + std::string(url->path) + " " + std::string(url->query);
}

}  // namespace

TEST_CASE("a URL comes apart into scheme, host, port, path and query") {
  CHECK(parts("https://api.example.com/v1/chat?a=b&c=?") ==
        "https api.example.com 443 /v1/chat a=b&c=?");
  CHECK(parts("http://localhost") == "http localhost 80 / ");
  CHECK(parts("http://127.0.0.1:8080?x") == "http 127.0.0.1 8080 / x");
  CHECK(parts("https://[2001:db8::1]:8443/a") == "https 2001:db8::1 8443 /a ");
  CHECK(parts("http://[::1]/") == "http ::1 80 / ");
  CHECK(parts("http://host/a@b:c//d") == "http host 80 /a@b:c//d ");
  CHECK(parts("http://host:65535/") == "http host 65535 / ");
}

TEST_CASE("URLs that are unsafe or not of http are refused") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "host/path", "ftp://host/", "htps://host/", "HTTP//host",
               "http:/host", "http://", "http:///a", "http://user@host/", "http://user:pw@host/",
               "http://host:0/", "http://host:65536/", "http://host:/", "http://host:8x/",
               "http://host:-1/", "http://ho st/", "http://host/a b", "http://host/\r\nx: y",
               "http://host/\t", "http://host/\xc3\xa4", "http://h%6fst/", "http://host/#a",
               "http://[::1", "http://[::g]/", "http://[127.0.0.1]/", "http://[::1]8/",
               "http://::1/", "http://a,b/", "http://host\\a/", std::string("http://ho\0st/", 13));
  CAPTURE(text);
  CHECK_THAT(parts(text), Catch::Matchers::StartsWith("refused: URL "));
}

TEST_CASE("a refused URL does not show its password") {
  CHECK_THAT(parts("http://user:hunter2@host/"), !ContainsSubstring("hunter2"));
}

TEST_CASE("an upstream's name has brackets around IPv6") {
  CHECK(host_and_port("api.example.com", 443) == "api.example.com:443");
  CHECK(host_and_port("::1", 80) == "[::1]:80");
}
