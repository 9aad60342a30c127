// What the host does for its accounts while nobody calls.

#include <atomic>
#include <fstream>
#include <iterator>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/response_frames.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMinuteMs = 60'000;

std::string google(const FakeServer& upstream, const std::string& settings = "") {
  return "  gemini: { plugin: abv.gemini, base_url: \"" + upstream.url("") + "\", token_url: \"" +
         upstream.url("/token") + "\", client_id: cid" + settings + " }\n";
}

Yaml google_at(const FakeServer& upstream, const std::string& settings = "") {
  Yaml yaml;
  yaml.providers += google(upstream, settings);
  yaml.gemini_models = "      - { match: \"*\", provider: gemini }\n";
  return yaml;
}

fs::path account_file(const Host& host) {
  return host.dir() / "data" / "accounts" / "g.json";
}

void put_account(const Host& host, std::int64_t expires_at_ms) {
  fs::create_directories(account_file(host).parent_path());
  std::ofstream(account_file(host))
      << R"({"version":1,"provider":"gemini","kind":"oauth","expires_at_ms":)" << expires_at_ms
      << R"(,"secrets":{"access_token":"at-0","refresh_token":"rt-0"}})";
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int generate(const Host& host) {
  const Asked asked = ask(gemini_wire(), "gemini-2.5-pro", "hi", false);
  return host.post(asked.path, asked.body).status;
}

}  // namespace

TEST_CASE("a token that is about to expire is refreshed although nobody calls", "[app][upkeep]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest&) {
    connection.send(
        json_answer(R"({"access_token":"at-1","refresh_token":"rt-1","expires_in":3599})"));
  });
  VirtualClock clock;
  Host host(google_at(upstream), &clock);
  put_account(host, clock.unix_ms() + 10 * kMinuteMs);
  host.start();

  clock.advance(std::chrono::minutes(6));

  CHECK_THAT(host.log().wait_for("account.refreshed"), ContainsSubstring("account=g"));
  CHECK_THAT(upstream.requests().at(0).body, ContainsSubstring("refresh_token=rt-0"));
  CHECK_THAT(text_of(account_file(host)), ContainsSubstring("\"rt-1\""));
}

TEST_CASE("while an issuer of tokens fails, calls go on with the token that still holds",
          "[app][upkeep]") {
  std::atomic<int> calls_with_old{0};
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest& request) {
    if (request.target == "/token") {
      connection.send(json_answer(R"({"error":"temporarily_unavailable"})", 503));
    } else {
      calls_with_old += request.header("authorization") == "Bearer at-0" ? 1 : 0;
      connection.send(json_answer(gemini_wire().answer));
    }
  });
  VirtualClock clock;
  Host host(google_at(upstream), &clock);
  put_account(host, clock.unix_ms() + 4 * kMinuteMs);
  host.start();

  CHECK_THAT(host.log().wait_for("account.refresh_failed"), ContainsSubstring("503"));

  CHECK(generate(host) == 200);
  CHECK(calls_with_old == 1);
  CHECK_THAT(text_of(account_file(host)), !ContainsSubstring("\"enabled\":false"));
  clock.advance(std::chrono::seconds(15));
  host.log().wait_for("account.refresh_failed", 2);
}

TEST_CASE("an issuer of tokens that says nothing holds a call up no longer than its time",
          "[app][upkeep]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& request) {
    if (request.target == "/token") {
      connection.read_until_closed();
    } else {
      connection.send(json_answer(gemini_wire().answer));
    }
  });
  Host host(google_at(upstream, ", accounts: { refresh_timeout: 200ms, refresh_ahead: none }"));
  put_account(host, 1);
  host.start();

  CHECK(generate(host) >= 429);
  CHECK_THAT(host.log().wait_for("account.refresh_failed"), ContainsSubstring("within 200"));
}

TEST_CASE("what an upstream tells of a quota in the background counts for the choice",
          "[app][upkeep]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& request) {
    connection.send(request.target == "/wham/usage"
                        ? json_answer(R"({"rate_limit":{"primary_window":{"used_percent":95,)"
                                      R"("limit_window_seconds":18000,"reset_at":1700100000}}})")
                        : answer(200, "text/event-stream", joined(response_frames("hello"))));
  });
  Yaml yaml;
  yaml.allow += "    - { id: abv.codex }\n";
  yaml.providers += "  codex: { plugin: abv.codex, base_url: \"" + upstream.url("/codex") +
                    "\", accounts: { quota_every: 10m, protect_below: 0.1 } }\n";
  yaml.openai_models = "      - { match: \"*\", provider: codex }\n";
  VirtualClock clock;
  Host host(yaml, &clock);
  const fs::path file = host.dir() / "data" / "codex" / "x.json";
  fs::create_directories(file.parent_path());
  std::ofstream(file) << R"({"version":1,"provider":"codex","kind":"codex",)"
                      << R"("secrets":{"access_token":"at","refresh_token":"rt"}})";
  host.start();

  wait_until(
      [&] { return host.post("/v1/responses", R"({"model":"m","input":"hi"})").status == 503; },
      "the account to be spared");

  CHECK_THAT(host.post("/v1/responses", R"({"model":"m","input":"hi"})").body,
             ContainsSubstring("no account of provider"));
}

}  // namespace abv::test
