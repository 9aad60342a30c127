// Google accounts: on the Gemini API, and by way of Code Assist.

#include <fstream>
#include <iterator>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

namespace fs = std::filesystem;

Yaml google_at(const FakeServer& upstream, const std::string& settings = "") {
  Yaml yaml;
  yaml.providers += "  gemini: { plugin: abv.gemini, base_url: \"" + upstream.url("") +
                    "\", token_url: \"" + upstream.url("/token") +
                    "\", client_id: cid, client_secret: csecret" + settings + " }\n";
  const std::string rule = "      - { match: \"*\", provider: gemini }\n";
  yaml.openai_models = yaml.gemini_models = rule;
  return yaml;
}

fs::path account_file(const Host& host) {
  return host.dir() / "data" / "accounts" / "g.json";
}

void put_account(const Host& host, const std::string& secrets) {
  fs::create_directories(account_file(host).parent_path());
  std::ofstream(account_file(host))
      << R"({"version":1,"provider":"gemini","kind":"oauth","attributes":{"project_id":"p-1"},)"
         R"("secrets":{)"
      << secrets << "}}";
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string wrapped(const std::string& answer) {
  return R"({"response":)" + answer + R"(,"traceId":"t-1"})";
}

// Google's issuer of tokens and Code Assist.
void code_assist(FakeConnection& connection, const FakeRequest& request) {
  const Wire wire = gemini_wire();
  if (request.target == "/token") {
    connection.send(json_answer(R"({"access_token":"at-1","expires_in":3599})"));
  } else if (request.target == "/v1internal:generateContent") {
    connection.send(json_answer(wrapped(wire.answer)));
  } else if (request.target == "/v1internal:countTokens") {
    connection.send(json_answer(R"({"totalTokens":42})"));
  } else {
    std::vector<std::string> frames;
    for (const std::string& frame : wire.frames) {
      const std::size_t end =
          frame.find("\r\n\r\n") != std::string::npos ? frame.find("\r\n\r\n") : frame.find("\n\n");
      frames.push_back("data: " + wrapped(frame.substr(6, end - 6)) + "\r\n\r\n");
    }
    connection.send(whole_stream(frames));
  }
}

}  // namespace

TEST_CASE("a Google account with nothing but a refresh token gets an access token first",
          "[app][google]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& request) {
    connection.send(json_answer(request.target == "/token"
                                    ? R"({"access_token":"at-1","expires_in":3599})"
                                    : gemini_wire().answer));
  });
  Host host(google_at(upstream));
  put_account(host, R"("refresh_token":"rt-1")");
  host.start();

  const Asked asked = ask(gemini_wire(), "gemini-2.5-pro", "hi", false);
  const Answer answer = host.post(asked.path, asked.body);

  CHECK(answer.body == gemini_wire().answer);
  CHECK(upstream.requests().at(0).body ==
        "grant_type=refresh_token&client_id=cid&refresh_token=rt-1&client_secret=csecret");
  const FakeRequest sent = upstream.requests().at(1);
  CHECK(sent.header("authorization") == "Bearer at-1");
  CHECK(sent.header("x-goog-user-project") == "p-1");
  CHECK(sent.header("x-goog-api-key").empty());
  CHECK_THAT(text_of(account_file(host)), ContainsSubstring("\"at-1\""));
  CHECK_THAT(text_of(account_file(host)), ContainsSubstring("\"rt-1\""));
}

TEST_CASE("without an OAuth client the log says what is missing for a Google account",
          "[app][google]") {
  FakeServer upstream(&code_assist);
  Yaml yaml = google_at(upstream);
  yaml.providers.replace(yaml.providers.find(", client_id: cid"), 16, "");
  Host host(yaml);
  put_account(host, R"("refresh_token":"rt-1")");
  host.start();

  const Asked asked = ask(gemini_wire(), "gemini-2.5-pro", "hi", false);
  CHECK(host.post(asked.path, asked.body).status >= 429);

  CHECK_THAT(host.log().wait_for("plugin.failure"), ContainsSubstring("client_id: is needed"));
  CHECK_THAT(host.log().wait_for("account.refresh_failed"), ContainsSubstring("could not prepare"));
  CHECK(upstream.connections() == 0);
}

TEST_CASE("clients of both vendors get what is in the envelopes of Code Assist", "[app][google]") {
  const Wire wire = GENERATE(openai_wire(), gemini_wire());
  const bool is_stream = GENERATE(false, true);
  CAPTURE(wire, is_stream);
  FakeServer upstream(&code_assist);
  Host host(google_at(upstream, ", transport: code_assist"));
  put_account(host, R"("access_token":"at-0","refresh_token":"rt-1")");
  host.start();

  const Asked asked = ask(wire, "gemini-2.5-pro", "hi there", is_stream);
  const Answer answer = host.post(asked.path, asked.body);

  CHECK(answer.status == 200);
  CHECK(answer.is_complete);
  CHECK_THAT(answer.body, !ContainsSubstring("traceId"));
  CHECK(log_field(host.call_line(), "tokens_out") == "5");
  const FakeRequest sent = upstream.requests().at(0);
  CHECK(sent.header("authorization") == "Bearer at-0");
  CHECK_THAT(sent.body, Catch::Matchers::StartsWith(
                            R"({"model":"gemini-2.5-pro","project":"p-1","request":{)"));
  CHECK_THAT(sent.body, ContainsSubstring("hi there"));
}

TEST_CASE("Code Assist counts tokens", "[app][google]") {
  FakeServer upstream(&code_assist);
  Host host(google_at(upstream, ", transport: code_assist"));
  put_account(host, R"("access_token":"at-0","refresh_token":"rt-1")");
  host.start();

  const Answer answer = host.post("/v1beta/models/gemini-2.5-pro:countTokens",
                                  R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})");

  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, ContainsSubstring(R"("totalTokens":42)"));
  CHECK(upstream.requests().at(0).body ==
        R"({"request":{"model":"models/gemini-2.5-pro","contents":)"
        R"([{"role":"user","parts":[{"text":"hi"}]}]}})");
}

TEST_CASE("Code Assist takes no API key", "[app][google]") {
  FakeServer upstream(&code_assist);
  Host host(google_at(upstream, ", transport: code_assist"));
  fs::create_directories(account_file(host).parent_path());
  std::ofstream(account_file(host))
      << R"({"version":1,"provider":"gemini","kind":"api_key","secrets":{"api_key":"k"}})";
  host.start();

  // Without an account that it takes, the provider is off, and the next rule's is asked.
  const Asked asked = ask(gemini_wire(), "gemini-2.5-pro", "hi", false);
  CHECK(host.post(asked.path, asked.body).status == 200);
  CHECK(upstream.connections() == 0);
}

}  // namespace abv::test
