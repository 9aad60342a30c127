#include "host/route/route_table.hpp"

#include "tests/support/catch.hpp"

namespace {

using abv::route::Entry;
using abv::route::normalise_path;
using abv::route::RouteTable;

const RouteTable::HasHeader kNoHeaders = [](std::string_view) { return false; };
const RouteTable::HasHeader kAnthropic = [](std::string_view name) {
  return name == "anthropic-version";
};

RouteTable table() {
  auto built = RouteTable::build({
      {"GET", "/v1/models", "", "openai", 0},
      {"GET", "/v1/models", "anthropic-version", "claude", 1},
      {"GET", "/v1/models/{model}", "", "openai", 2},
      {"GET", "/v1/models/claude", "", "claude", 3},
      {"POST", "/v1beta/models/{model}:generateContent", "", "gemini", 4},
      {"POST", "/v1beta/models/{model}:streamGenerateContent", "", "gemini", 5},
      {"POST", "/v1/chat/completions", "", "openai", 6},
  });
  REQUIRE(built.ok());
  return std::move(built).value();
}

}  // namespace

TEST_CASE("a path that two dialects share is told apart by its header", "[route][table]") {
  const RouteTable routes = table();

  CHECK(routes.find("GET", "/v1/models", kNoHeaders).entry->target == 0);
  CHECK(routes.find("GET", "/v1/models", kAnthropic).entry->target == 1);
}

TEST_CASE("a literal path beats a parameter", "[route][table]") {
  const RouteTable routes = table();

  CHECK(routes.find("GET", "/v1/models/claude", kNoHeaders).entry->target == 3);
  CHECK(routes.find("GET", "/v1/models/gpt-5", kNoHeaders).entry->target == 2);
}

TEST_CASE("methods behind a colon are told apart", "[route][table]") {
  const RouteTable routes = table();

  CHECK(routes.find("POST", "/v1beta/models/m:generateContent", kNoHeaders).entry->target == 4);
  CHECK(routes.find("POST", "/v1beta/models/m:streamGenerateContent", kNoHeaders).entry->target ==
        5);
  CHECK(routes.find("POST", "/v1beta/models/m:other", kNoHeaders).entry == nullptr);
}

TEST_CASE("a known path with another method tells which methods it has", "[route][table]") {
  const auto match = table().find("GET", "/v1/chat/completions", kNoHeaders);

  CHECK(match.entry == nullptr);
  CHECK(match.allowed == "POST");
}

TEST_CASE("an unknown path matches nothing", "[route][table]") {
  const RouteTable routes = table();

  CHECK(routes.find("GET", "/", kNoHeaders).entry == nullptr);
  CHECK(routes.find("GET", "/v1", kNoHeaders).entry == nullptr);
  CHECK(routes.find("GET", "/v1/models/a/b", kNoHeaders).allowed.empty());
}

TEST_CASE("two routes for the same endpoint are refused with both owners", "[route][table]") {
  const auto built =
      RouteTable::build({{"GET", "/a", "", "route one", 0}, {"GET", "/a", "", "route two", 1}});

  REQUIRE_FALSE(built.ok());
  CHECK(built.error().message == "route two: GET /a is taken already by route one");
}

TEST_CASE("paths come to one spelling", "[route][path]") {
  CHECK(*normalise_path("/v1//models/./x/") == "/v1/models/x");
  CHECK(*normalise_path("/") == "/");
  CHECK(*normalise_path("/v1/models/org%2Fm") == "/v1/models/org%2Fm");
  CHECK(*normalise_path("/v1/models/a%2f..b%2F...") == "/v1/models/a%2f..b%2F...");
}

TEST_CASE("paths that may turn into another path upstream are refused", "[route][path]") {
  CHECK_FALSE(normalise_path("/v1/../admin").ok());
  CHECK_FALSE(normalise_path("/v1/%2e%2e/admin").ok());
  CHECK_FALSE(normalise_path("/v1/%2E./admin").ok());
  CHECK_FALSE(normalise_path("/v1/models/a%2f..%2F..%2Fadmin:generateContent").ok());
  CHECK_FALSE(normalise_path("/v1/..%2fadmin").ok());
  CHECK_FALSE(normalise_path("/v1/a%2F..").ok());
  CHECK_FALSE(normalise_path("/v1\\x").ok());
  CHECK_FALSE(normalise_path("/v1/%5cx").ok());
  CHECK_FALSE(normalise_path("/v1/%00").ok());
  CHECK_FALSE(normalise_path("v1").ok());
  CHECK_FALSE(normalise_path("/v1/a b").ok());
}
