// ChatGPT accounts: every client reaches them, they are refreshed, and one takes over from another.

#include <fstream>
#include <iterator>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/response_frames.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLimit =
    R"({"error":{"type":"usage_limit_reached","message":"The usage limit has been reached",)"
    R"("plan_type":"plus","resets_in_seconds":7200}})";

// ChatGPT's backend and its issuer of tokens: "old" tokens are over, those of "limited" are used
// up.
void chatgpt(FakeConnection& connection, const FakeRequest& request) {
  if (request.target == "/oauth/token") {
    connection.send(request.body.find("\"void\"") != std::string::npos
                        ? json_answer(R"({"error":{"code":"refresh_token_reused"}})", 401)
                        : json_answer(R"({"access_token":"new","refresh_token":"rt-2"})"));
  } else if (request.header("authorization") == "Bearer old") {
    connection.send(json_answer(R"({"detail":"token expired"})", 401));
  } else if (request.header("authorization") == "Bearer limited") {
    connection.send(json_answer(kLimit, 429));
  } else {
    connection.send(answer(200, "text/event-stream", joined(response_frames("hello"))));
  }
}

Yaml codex_at(const FakeServer& upstream, const std::string& settings = "") {
  Yaml yaml;
  yaml.allow += "    - { id: abv.codex }\n";
  yaml.providers += "  codex: { plugin: abv.codex, base_url: \"" + upstream.url("/codex") +
                    "\", api_base_url: \"" + upstream.url("/v1") + "\", token_url: \"" +
                    upstream.url("/oauth/token") + "\"" + settings + " }\n";
  const std::string rule = "      - { match: \"*\", provider: codex }\n";
  yaml.openai_models = yaml.claude_models = yaml.gemini_models = rule;
  return yaml;
}

fs::path account_file(const Host& host, const std::string& id) {
  return host.dir() / "data" / "codex" / (id + ".json");
}

void put_account(const Host& host, const std::string& id, const std::string& access,
                 const std::string& refresh, const std::string& more = "") {
  fs::create_directories(account_file(host, id).parent_path());
  std::ofstream(account_file(host, id))
      << R"({"version":1,"provider":"codex","kind":"codex","attributes":{"account_id":")" << id
      << R"("},"secrets":{"access_token":")" << access << R"(","refresh_token":")" << refresh
      << "\"}" << more << "}";
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("clients of every dialect reach a ChatGPT account, streamed and whole", "[app][codex]") {
  const Wire wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  const bool is_stream = GENERATE(false, true);
  CAPTURE(wire, is_stream);
  FakeServer upstream(&chatgpt);
  Host host(codex_at(upstream));
  put_account(host, "acc-1", "good", "rt");
  host.start();

  const Asked asked = ask(wire, "gpt-x", "hi there", is_stream);
  const Answer answer = host.post(asked.path, asked.body, {"anthropic-version: 2023-06-01"});

  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, ContainsSubstring("hello"));
  const FakeRequest sent = upstream.requests().at(0);
  CHECK(sent.target == "/codex/responses");
  CHECK(sent.header("chatgpt-account-id") == "acc-1");
  CHECK(sent.header("user-agent") == "abv-host/1.2.3");
  CHECK_THAT(sent.body, ContainsSubstring("hi there"));
  CHECK_THAT(sent.body, ContainsSubstring(R"("store":false,"stream":true)"));
  CHECK_THAT(sent.body, !ContainsSubstring("max_output_tokens"));
}

TEST_CASE("Codex reaches a ChatGPT account with its own bytes coming back", "[app][codex]") {
  FakeServer upstream(&chatgpt);
  Host host(codex_at(upstream));
  put_account(host, "acc-1", "good", "rt");
  host.start();

  const Answer answer = host.post("/v1/responses", R"({"model":"gpt-x","input":[],"stream":true})",
                                  {"originator: codex_exec"});

  CHECK(answer.body == joined(response_frames("hello")));
  CHECK(upstream.requests().at(0).header("originator") == "codex_exec");
}

TEST_CASE("a ChatGPT token that has run out is refreshed, and the new ones are on disk",
          "[app][codex]") {
  FakeServer upstream(&chatgpt);
  Host host(codex_at(upstream));
  put_account(host, "acc-1", "old", "rt-1");
  host.start();

  const Answer answer = host.post("/v1/responses", R"({"model":"gpt-x","input":"hi"})");

  CHECK(answer.status == 200);
  CHECK_THAT(upstream.requests().at(1).body, ContainsSubstring(R"("refresh_token":"rt-1")"));
  CHECK(upstream.requests().at(2).header("authorization") == "Bearer new");
  const std::string kept = text_of(account_file(host, "acc-1"));
  CHECK_THAT(kept, ContainsSubstring("\"rt-2\""));
  CHECK_THAT(kept, !ContainsSubstring("\"rt-1\""));
}

TEST_CASE("another ChatGPT account takes over when the first is used up", "[app][codex]") {
  FakeServer upstream(&chatgpt);
  Host host(codex_at(upstream));
  put_account(host, "a", "limited", "rt", R"(,"priority":1)");
  put_account(host, "b", "good", "rt");
  host.start();

  const Answer first = host.post("/v1/responses", R"({"model":"gpt-x","input":"hi"})");
  const Answer second = host.post("/v1/responses", R"({"model":"gpt-x","input":"ho"})");

  CHECK(first.status == 200);
  CHECK(second.status == 200);
  CHECK(upstream.requests().size() == 3);  // the second does not ask "a" again
}

TEST_CASE("a client of a used up ChatGPT account learns when to come back", "[app][codex]") {
  FakeServer upstream(&chatgpt);
  Host host(codex_at(upstream));
  put_account(host, "a", "limited", "rt");
  host.start();

  const Answer first = host.post("/v1/responses", R"({"model":"gpt-x","input":"hi"})");
  const Answer second = host.post("/v1/responses", R"({"model":"gpt-x","input":"ho"})");

  CHECK(first.status == 429);
  CHECK(first.body == kLimit);
  CHECK(second.status == 429);
  CHECK_FALSE(second.header("retry-after").empty());
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("a ChatGPT login whose refresh token was used elsewhere is switched off",
          "[app][codex]") {
  FakeServer upstream(&chatgpt);
  Host host(codex_at(upstream));
  put_account(host, "a", "old", "void", R"(,"priority":1)");
  put_account(host, "b", "good", "rt");
  host.start();

  CHECK(host.post("/v1/responses", R"({"model":"gpt-x","input":"hi"})").status == 200);

  CHECK_THAT(host.log().wait_for("account.disabled"), ContainsSubstring("refresh_token_reused"));
  CHECK_THAT(text_of(account_file(host, "a")), ContainsSubstring("\"enabled\": false"));
}

TEST_CASE("an API key in the pool of ChatGPT accounts goes to the API", "[app][codex]") {
  FakeServer upstream(always(json_answer(R"({"object":"response","own":1})")));
  Host host(codex_at(upstream, ", api_key: sk-api"));
  host.start();

  const Answer answer = host.post("/v1/responses", R"({"model":"gpt-x","input":"hi"})");

  CHECK(answer.body == R"({"object":"response","own":1})");
  const FakeRequest sent = upstream.requests().at(0);
  CHECK(sent.target == "/v1/responses");
  CHECK(sent.header("authorization") == "Bearer sk-api");
  CHECK(sent.body == R"({"model":"gpt-x","input":"hi"})");
}

}  // namespace abv::test
