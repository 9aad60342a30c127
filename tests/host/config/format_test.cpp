#include "host/config/format.hpp"

#include "tests/support/catch.hpp"

namespace abv::config {
namespace {

TEST_CASE("a uri is http or https with a host") {
  CHECK(has_format(Format::kUri, "https://api.openai.com/v1"));
  CHECK(has_format(Format::kUri, "http://127.0.0.1:8080"));
  CHECK(has_format(Format::kUri, "http://[::1]:8080/x?y#z"));
  CHECK(has_format(Format::kUri, "http://[::1]"));
  CHECK(has_format(Format::kUri, "http://a_b.example"));
}

TEST_CASE("anything else is not a uri") {
  CHECK_FALSE(has_format(Format::kUri, ""));
  CHECK_FALSE(has_format(Format::kUri, "htps://x"));
  CHECK_FALSE(has_format(Format::kUri, "ftp://x"));
  CHECK_FALSE(has_format(Format::kUri, "https://"));
  CHECK_FALSE(has_format(Format::kUri, "https:///v1"));
  CHECK_FALSE(has_format(Format::kUri, "https://:80"));
  CHECK_FALSE(has_format(Format::kUri, "https://x:"));
  CHECK_FALSE(has_format(Format::kUri, "https://x:0"));
  CHECK_FALSE(has_format(Format::kUri, "https://x:65536"));
  CHECK_FALSE(has_format(Format::kUri, "https://x:80a"));
  CHECK_FALSE(has_format(Format::kUri, "https://a b"));
  CHECK_FALSE(has_format(Format::kUri, "https://a/b\n"));
  CHECK_FALSE(has_format(Format::kUri, "https://[::1"));
  CHECK_FALSE(has_format(Format::kUri, "https://[x]"));
  CHECK_FALSE(has_format(Format::kUri, "https://[127.0.0.1]"));
  CHECK_FALSE(has_format(Format::kUri, "https://::1"));
  CHECK_FALSE(has_format(Format::kUri, "https://user:pass@host"));
  CHECK_FALSE(has_format(Format::kUri, "api.openai.com"));
}

TEST_CASE("a proxy is http with host and port, or empty") {
  CHECK(has_format(Format::kProxy, ""));
  CHECK(has_format(Format::kProxy, "http://proxy:3128"));
  CHECK(has_format(Format::kProxy, "http://proxy:3128/"));
  CHECK(has_format(Format::kProxy, "http://user:p@ss@proxy:3128"));
  CHECK_FALSE(has_format(Format::kProxy, "http://proxy"));
  CHECK_FALSE(has_format(Format::kProxy, "https://proxy:3128"));
  CHECK_FALSE(has_format(Format::kProxy, "socks5://proxy:3128"));
  CHECK_FALSE(has_format(Format::kProxy, "http://proxy:3128/path"));
  CHECK_FALSE(has_format(Format::kProxy, "http://user:a b@proxy:3128"));
}

TEST_CASE("an ip is a version 4 or 6 address") {
  CHECK(has_format(Format::kIp, "127.0.0.1"));
  CHECK(has_format(Format::kIp, "::"));
  CHECK(has_format(Format::kIp, "fe80::1"));
  CHECK_FALSE(has_format(Format::kIp, "localhost"));
  CHECK_FALSE(has_format(Format::kIp, "256.0.0.1"));
  CHECK_FALSE(has_format(Format::kIp, "127.1"));
  CHECK_FALSE(has_format(Format::kIp, "[::1]"));
  CHECK_FALSE(has_format(Format::kIp, ""));
}

TEST_CASE("a hostport has both") {
  CHECK(has_format(Format::kHostPort, "localhost:80"));
  CHECK(has_format(Format::kHostPort, "[::1]:80"));
  CHECK_FALSE(has_format(Format::kHostPort, "localhost"));
  CHECK_FALSE(has_format(Format::kHostPort, "::1:80"));
  CHECK_FALSE(has_format(Format::kHostPort, ":80"));
  CHECK_FALSE(has_format(Format::kHostPort, "localhost:"));
}

TEST_CASE("a secret takes any text") {
  CHECK(has_format(Format::kSecret, ""));
}

TEST_CASE("the names of formats are known and no others") {
  CHECK(format_from("uri") == Format::kUri);
  CHECK(format_from("proxy") == Format::kProxy);
  CHECK(format_from("duration") == Format::kDuration);
  CHECK(format_from("size") == Format::kSize);
  CHECK(format_from("ip") == Format::kIp);
  CHECK(format_from("hostport") == Format::kHostPort);
  CHECK(format_from("secret") == Format::kSecret);
  CHECK_FALSE(format_from("email").has_value());
}

}  // namespace
}  // namespace abv::config
