// Calls that name the account which they want.

#include <filesystem>
#include <fstream>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBody =
    R"({"model":"gpt-x","messages":[{"role":"user","content":"hi"}]})";

void put_account(const Host& host, const std::string& id, const std::string& label) {
  const fs::path file = host.dir() / "data" / "accounts" / (id + ".json");
  fs::create_directories(file.parent_path());
  std::ofstream(file) << R"({"version":1,"provider":"openai","kind":"api_key","label":")" << label
                      << R"(","secrets":{"api_key":"key-)" << id << "\"}}";
}

// Two accounts besides the one in the YAML, and an auth that tells who calls.
struct Fixture {
  explicit Fixture(const std::string& admin = "admin: { keys: [proxy-key] }\n")
      : upstream([](FakeConnection& connection, const FakeRequest&) {
          connection.send(json_answer(openai_wire().answer));
        }),
        host(yaml(admin)) {
    put_account(host, "a", "first");
    put_account(host, "b", "second");
    put_account(host, "c", "second");
    host.start();
  }

  Yaml yaml(const std::string& admin) const {
    Yaml yaml = proxy_to(upstream);
    yaml.more += admin;
    yaml.middlewares = "  - { name: auth, plugin: abv.auth, mode: strict, api_key: \"" +
                       std::string(kProxyKey) + "\" }\n";
    return yaml;
  }

  Answer call(const std::string& account) const {
    return host.post(
        "/v1/chat/completions", kBody,
        {"authorization: Bearer " + std::string(kProxyKey), "x-abv-account: " + account});
  }

  FakeServer upstream;
  Host host;
};

}  // namespace

TEST_CASE("an admin's call goes to the account that it names, by id or label", "[app][override]") {
  Fixture given;
  const std::string name = GENERATE("a", "first");

  CHECK(given.call(name).status == 200);

  const FakeRequest sent = given.upstream.requests().at(0);
  CHECK(sent.header("authorization") == "Bearer key-a");
  CHECK(sent.header("x-abv-account").empty());
  CHECK_THAT(given.host.call_line(), ContainsSubstring("a: asked for"));
}

TEST_CASE("who is no admin may not name an account", "[app][override]") {
  Fixture given(GENERATE("", "admin: { keys: [\"ops-*\"] }\n"));

  const Answer answer = given.call("a");

  CHECK(answer.status == 403);
  CHECK_THAT(answer.body, ContainsSubstring("only keys that admin.keys names"));
  CHECK_THAT(answer.body, ContainsSubstring(R"("error":{)"));
  CHECK(given.upstream.connections() == 0);
}

TEST_CASE("an account that is not there is told with those that are near", "[app][override]") {
  Fixture given;

  const Answer answer = given.call("frist");

  CHECK(answer.status == 404);
  CHECK_THAT(answer.body, ContainsSubstring("near it are: \\\"first\\\""));
}

TEST_CASE("a label that several accounts have is not guessed about", "[app][override]") {
  Fixture given;

  const Answer answer = given.call("second");

  CHECK(answer.status == 400);
  CHECK_THAT(answer.body, ContainsSubstring("several accounts"));
  CHECK(given.upstream.connections() == 0);
}

TEST_CASE("account files that nobody uses are told of in the log, each once", "[app][override]") {
  Host host(Yaml{});
  put_account(host, "a", "");
  host.start();

  CHECK_THAT(host.log().wait_for("account.unused"),
             ContainsSubstring("no provider \\\"openai\\\" in the configuration"));
  CHECK_THAT(host.log().wait_for("account.unused"), ContainsSubstring("a.json: provider:"));
  put_account(host, "b", "");
  host.daemon().take_in_accounts();
  CHECK_THAT(host.log().wait_for("account.unused", 2), ContainsSubstring("b.json"));
  CHECK(host.log().lines("account.unused").size() == 2);
}

}  // namespace abv::test
