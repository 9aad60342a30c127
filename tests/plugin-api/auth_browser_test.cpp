#include <optional>
#include <string>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

// What becomes of a request with these headers when no key is asked for; nothing is "let through".
std::optional<sdk::Failure> refusal(const kit::HeaderList& headers,
                                    const std::string& allowed_hosts = "[]",
                                    const std::string& listen_host = "127.0.0.1",
                                    const std::string& method = "POST") {
  static const kit::Library kLibrary(ABV_TEST_PLUGIN_DIR "/auth.so");
  kit::FakeHost host;
  host.info["listen.host"] = listen_host;
  kit::Instance instance(host, kLibrary.component(ABV_KIND_MIDDLEWARE),
                         R"({"mode":"off","allowed_hosts":)" + allowed_hosts + "}");
  REQUIRE(instance.status() == ABV_OK);
  kit::FakeCall call({.method = method, .headers = headers});
  kit::RecordingEdit edit;
  kit::RecordingReply reply;
  const auto status = instance.table<abv_middleware>().on_head(instance.self(), nullptr, call.raw(),
                                                               edit.raw(), reply.raw());
  CHECK((status == ABV_OK) == !call.failure());
  CHECK((status == ABV_OK) == (call.fact("principal") == "anonymous"));
  return call.failure();
}

TEST_CASE("requests to a loopback name are let through") {
  const std::string host = GENERATE("localhost", "LocalHost:8045", "127.0.0.1", "127.0.0.1:8045",
                                    "127.1.2.3:1", "[::1]", "[::1]:8045");
  CAPTURE(host);
  CHECK_FALSE(refusal({{"Host", host}}));
}

TEST_CASE("requests to any other name are refused: it may be made to point here") {
  const std::string host = GENERATE(
      "", "evil.example", "evil.example:8045", "localhost.evil.example", "127.evil.example",
      "127.0.0.1.evil.example", "127.0.0.256", "127.0.0", "127.0.0.0.1", "127...1", "128.0.0.1",
      "192.168.0.9", "[::2]", "[::1", "[::1].evil.example", "::1", "0.0.0.0:8045");
  CAPTURE(host);
  const auto failure = refusal({{"Host", host}});
  REQUIRE(failure);
  CHECK(failure->http_status == 403);
  CHECK(failure->type == "forbidden_origin");
  CHECK_THAT(failure->message, ContainsSubstring("allowed_hosts"));
}

TEST_CASE("the address that the host listens on is a known name") {
  CHECK_FALSE(refusal({{"Host", "10.0.0.7:8045"}}, "[]", "10.0.0.7"));
  CHECK_FALSE(refusal({{"Host", "[fd00::7]:8045"}}, "[]", "fd00::7"));
  CHECK(refusal({{"Host", "10.0.0.8:8045"}}, "[]", "10.0.0.7"));
}

TEST_CASE("allowed hosts are known names, for one port when they name one") {
  const std::string allowed = R"(["proxy.lan","box.lan:8045"])";
  CHECK_FALSE(refusal({{"Host", "proxy.lan"}}, allowed));
  CHECK_FALSE(refusal({{"Host", "Proxy.LAN:9000"}}, allowed));
  CHECK_FALSE(refusal({{"Host", "box.lan:8045"}}, allowed));
  CHECK(refusal({{"Host", "box.lan:9"}}, allowed));
  CHECK(refusal({{"Host", "x.proxy.lan"}}, allowed));
}

TEST_CASE("a request without Host is let through, one with a second, unknown Host is not") {
  CHECK_FALSE(refusal({}));
  CHECK(refusal({{"Host", "localhost"}, {"Host", "evil.example"}}));
}

TEST_CASE("a page of the proxy itself may send requests") {
  CHECK_FALSE(refusal({{"Host", "localhost:8045"}, {"Origin", "http://localhost:8045"}}));
  CHECK_FALSE(refusal({{"Host", "LOCALHOST:8045"}, {"Origin", "https://localhost:8045"}}));
}

TEST_CASE("a page of any other origin may not") {
  const std::string origin =
      GENERATE("http://evil.example", "http://localhost:3000", "http://localhost", "null", "",
               "http://127.0.0.1:8045", "http://localhost:80450", "file://", "localhost:8045");
  CAPTURE(origin);
  const auto failure = refusal({{"Host", "localhost:8045"}, {"Origin", origin}});
  REQUIRE(failure);
  CHECK(failure->http_status == 403);
  CHECK(failure->type == "forbidden_origin");
}

TEST_CASE("an origin without a Host to compare with is refused") {
  CHECK(refusal({{"Origin", "http://localhost:8045"}}));
  CHECK(refusal({{"Origin", "null"}}));
}

TEST_CASE("what a browser marks as cross-site is refused, other marks are not") {
  CHECK(refusal({{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}}));
  CHECK(refusal({{"Host", "localhost"}, {"sec-fetch-site", "Cross-Site"}}));
  CHECK_FALSE(refusal({{"Host", "localhost"}, {"Sec-Fetch-Site", "same-origin"}}));
  CHECK_FALSE(refusal({{"Host", "localhost"}, {"Sec-Fetch-Site", "none"}}));
}

TEST_CASE("a preflight is judged like everything else") {
  CHECK(refusal({{"Host", "localhost"}, {"Origin", "http://evil.example"}}, "[]", "127.0.0.1",
                "OPTIONS"));
}

}  // namespace
