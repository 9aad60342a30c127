// Many clients at once.

#include <set>

#include "tests/host/app/crowd.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

std::set<std::string> ids(const std::vector<std::string>& lines) {
  std::set<std::string> found;
  for (const std::string& line : lines) {
    found.insert(log_field(line, "id"));
  }
  return found;
}

}  // namespace

TEST_CASE("64 clients with 50 calls each get answers to what they asked themselves",
          "[app][concurrency]") {
  FakeServer upstream(gives_back());
  Host host(proxy_to(upstream));
  host.start();

  const CrowdResult result = let_crowd_call(host, 64, 50);
  host.call_line(64 * 50);

  CAPTURE(result.first_failure);
  CHECK(result.failed == 0);
  CHECK(result.mixed_up == 0);
  CHECK(result.good == 64 * 50);
  CHECK(ids(host.log().lines("call")).size() == 64 * 50);
}

TEST_CASE("above max_connections a client is told to come back", "[app][concurrency]") {
  Yaml yaml;
  yaml.listen = "{ port: 0, max_connections: 2, keep_alive: 20s }";
  Host host(yaml);
  host.start();
  Client first = host.connect();
  Client second = host.connect();
  first.call(request("GET", "/health"));
  second.call(request("GET", "/health"));

  Client third = host.connect();
  const Answer answer = third.read_answer();

  CHECK(answer.status == 503);
  CHECK(answer.header("retry-after") == "1");
  CHECK(first.call(request("GET", "/health")).status == 200);
}

}  // namespace abv::test
