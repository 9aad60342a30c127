// Small requests that warm accounts up, asked for or by the schedule.

#include <filesystem>
#include <fstream>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecret = "warm-secret-31c7";

Yaml warm(const FakeServer& upstream, const std::string& settings) {
  Yaml yaml = proxy_to(upstream);
  yaml.more += "warmup: { " + settings + " }\n";
  return yaml;
}

Yaml with_secret(const FakeServer& upstream) {
  Yaml yaml = warm(upstream, "secret: \"" + std::string(kSecret) + "\"");
  yaml.middlewares = "  - { name: auth, plugin: abv.auth, mode: strict, api_key: \"" +
                     std::string(kProxyKey) + "\" }\n";
  return yaml;
}

void put_account(const Host& host) {
  const fs::path file = host.dir() / "data" / "accounts" / "work.json";
  fs::create_directories(file.parent_path());
  std::ofstream(file) << R"({"version":1,"provider":"claude","kind":"api_key","label":"Work",)"
                      << R"("secrets":{"api_key":"key-of-work"}})";
}

Answer warm_up(const Host& host, std::string_view body, std::string_view secret = kSecret) {
  return host.post("/internal/warmup", body, {"authorization: Bearer " + std::string(secret)});
}

void served(FakeConnection& connection, const FakeRequest&) {
  connection.send(json_answer(claude_wire().answer));
}

}  // namespace

TEST_CASE("a warm-up is one small request with the account that is named", "[app][warmup]") {
  FakeServer upstream(&served);
  Host host(with_secret(upstream));
  put_account(host);
  host.start();

  const Answer answer = warm_up(host, GENERATE(R"({"email":"Work","model":"claude-haiku-4-5"})",
                                               R"({"account":"work","model":"claude-haiku-4-5"})"));

  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, ContainsSubstring(R"("success":true)"));
  const FakeRequest sent = upstream.requests().at(0);
  CHECK(upstream.requests().size() == 1);
  CHECK(sent.target == "/v1/messages");
  CHECK(sent.header("x-api-key") == "key-of-work");
  CHECK_THAT(sent.body, ContainsSubstring(R"("model":"claude-haiku-4-5")"));
  CHECK_THAT(sent.body, ContainsSubstring(R"("max_tokens":16)"));
}

TEST_CASE("nobody warms up without the secret, and no request comes of trying", "[app][warmup]") {
  FakeServer upstream(&served);
  Host host(with_secret(upstream));
  put_account(host);
  host.start();

  const std::string wrong = GENERATE(as<std::string>(), "", "warm-secret-31c", "warm-secret-31c78",
                                     std::string(kProxyKey));

  CHECK(warm_up(host, R"({"account":"work","model":"m"})", wrong).status == 401);
  CHECK(upstream.connections() == 0);
}

TEST_CASE("without a secret there is no warm-up", "[app][warmup]") {
  FakeServer upstream(&served);
  Host host(warm(upstream, ""));
  put_account(host);
  host.start();

  CHECK(warm_up(host, R"({"account":"work","model":"m"})", "").status == 404);
}

TEST_CASE("what is asked of a warm-up is told when it cannot be", "[app][warmup]") {
  FakeServer upstream(&served);
  Host host(with_secret(upstream));
  put_account(host);
  host.start();

  CHECK(warm_up(host, R"({"account":"other","model":"m"})").status == 404);
  CHECK(warm_up(host, R"({"account":"work"})").status == 400);
  CHECK(warm_up(host, "[]").status == 400);
  CHECK(upstream.connections() == 0);
}

TEST_CASE("an account that is limited is not asked for a warm-up", "[app][warmup]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest&) {
    connection.send(
        "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\nretry-after: 600\r\n"
        "content-length: 66\r\n\r\n"
        R"({"type":"error","error":{"type":"rate_limit_error","message":"x"}})");
  });
  Host host(with_secret(upstream));
  put_account(host);
  host.start();
  REQUIRE(warm_up(host, R"({"account":"work","model":"m"})").status == 429);

  const Answer second = warm_up(host, R"({"account":"work","model":"m"})");

  CHECK(second.status == 429);
  CHECK_THAT(second.body, ContainsSubstring(R"("success":false)"));
  CHECK_THAT(second.body, ContainsSubstring("retry_after_ms"));
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("the schedule warms accounts up without being asked, and again after its time",
          "[app][warmup]") {
  FakeServer upstream(&served);
  VirtualClock clock;
  Host host(
      warm(upstream, "schedule: [ { provider: claude, account: Work, models: [m], every: 5h } ]"),
      &clock);
  put_account(host);
  host.start();

  CHECK_THAT(host.log().wait_for("account.warmed_up"), ContainsSubstring("account=work"));
  CHECK(upstream.requests().at(0).header("x-api-key") == "key-of-work");
  clock.advance(std::chrono::hours(5));
  host.log().wait_for("account.warmed_up", 2);
  CHECK(upstream.requests().size() == 2);
}

}  // namespace abv::test
