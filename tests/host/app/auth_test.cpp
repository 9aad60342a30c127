// Who may use the proxy, and that no key ever turns up where it does not belong.

#include <algorithm>
#include <array>
#include <vector>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

std::string middlewares(const std::string& auth) {
  return "  - { name: request-id, plugin: abv.request-id }\n"
         "  - { name: auth, plugin: abv.auth, " +
         auth + " }\n";
}

Yaml with_auth(Yaml yaml, const std::string& mode) {
  yaml.middlewares = middlewares("mode: " + mode + ", api_key: \"" + std::string(kProxyKey) + "\"");
  return yaml;
}

// Of the keys that the test knows, the one that stands in `text`; "" for none.
std::string key_in(const std::string& text) {
  const std::array<std::string_view, 5> keys{kOpenAiKey, kClaudeKey, kGeminiKey, kProxyKey,
                                             "sk-wrong-key"};
  const auto* found = std::find_if(keys.begin(), keys.end(), [&](std::string_view key) {
    return text.find(key) != std::string::npos;
  });
  return found == keys.end() ? "" : std::string(*found);
}

const std::string kKey(kProxyKey);

// The statuses of calls with these headers, one after the other, and what came with them.
struct Knocks {
  std::vector<int> statuses;
  std::string received;
};

Knocks knock(Host& host, const Wire& wire, const std::vector<std::string>& headers) {
  Knocks knocks;
  for (const std::string& header : headers) {
    const Answer answer = host.post(wire.stream_path, wire.stream_body, {header});
    knocks.statuses.push_back(answer.status);
    knocks.received += answer.head + answer.body;
  }
  return knocks;
}

std::string all_raw(const FakeServer& upstream) {
  std::string text;
  for (const FakeRequest& one : upstream.requests()) {
    text += one.raw;
  }
  return text;
}

std::string upstream_key_header(const Wire& wire, const FakeRequest& request) {
  if (wire.dialect == "openai-chat") {
    return request.header("authorization");
  }
  return request.header(wire.dialect == "gemini" ? "x-goog-api-key" : "x-api-key");
}

std::string expected_key(const Wire& wire) {
  if (wire.dialect == "openai-chat") {
    return "Bearer " + std::string(kOpenAiKey);
  }
  return std::string(wire.dialect == "gemini" ? kGeminiKey : kClaudeKey);
}

std::string with_query(const std::string& path, const std::string& query) {
  return query.empty() ? path : path + (path.find('?') == std::string::npos ? "?" : "&") + query;
}

}  // namespace

TEST_CASE("with auth on a call without the right key gives 401 in the client's dialect",
          "[app][auth]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream(speaks(wire));
  Host host(with_auth(proxy_to(upstream), "all_except_health"));
  host.start();

  const Knocks wrong = knock(host, wire,
                             {"Authorization: Bearer sk-wrong-key", "X-Api-Key: sk-wrong-key",
                              "X-Goog-Api-Key: sk-wrong-key", "Authorization: Bearer"});
  const Answer none = host.post(wire.path, wire.body);
  host.call_line(5);

  CHECK(wrong.statuses == std::vector<int>{401, 401, 401, 401});
  CHECK(none.status == 401);
  CHECK(none.header("x-request-id") != "");
  CHECK_THAT(none.body, ContainsSubstring(error_mark(wire, 401)));
  CHECK(upstream.connections() == 0);
  CHECK(key_in(host.log().text() + wrong.received) == "");
}

TEST_CASE("every carrier of the key opens the door, and the key stays with the host",
          "[app][auth]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream(speaks(wire));
  Host host(with_auth(proxy_to(upstream), "strict"));
  host.start();

  const Knocks right = knock(host, wire,
                             {"Authorization: Bearer " + kKey, "Authorization: " + kKey,
                              "X-Api-Key: " + kKey, "X-Goog-Api-Key: " + kKey});
  const Answer query = host.post(with_query(wire.path, "key=" + kKey), wire.body);
  const std::string line = host.call_line(5);

  CHECK(right.statuses == std::vector<int>{200, 200, 200, 200});
  CHECK(query.status == 200);
  CHECK_THAT(all_raw(upstream), !ContainsSubstring(kKey));
  CHECK(upstream_key_header(wire, upstream.requests().at(0)) == expected_key(wire));
  CHECK(log_field(line, "principal") == "proxy-key");
  CHECK(key_in(host.log().text() + right.received + query.head + query.body) == "");
}

TEST_CASE("cookies and keys that a client sends along never reach the upstream", "[app][auth]") {
  const Wire wire = openai_wire();
  FakeServer upstream(speaks(wire));
  Host host(proxy_to(upstream));
  host.start();

  host.post("/v1/chat/completions?key=sk-wrong-key&a=1", wire.body,
            {"Authorization: Bearer sk-wrong-key", "X-Api-Key: sk-wrong-key",
             "x-goog-api-key: sk-wrong-key", "Cookie: session=sk-wrong-key",
             "Proxy-Authorization: Basic sk-wrong-key"});

  const FakeRequest got = upstream.requests().at(0);
  CHECK_THAT(got.raw, !ContainsSubstring("sk-wrong-key"));
  CHECK(got.target == "/v1/chat/completions?a=1");
}

TEST_CASE("mode all_except_health leaves the health check open, mode strict does not",
          "[app][auth]") {
  Host open(with_auth(Yaml(), "all_except_health"));
  open.start();
  Host strict(with_auth(Yaml(), "strict"));
  strict.start();

  CHECK(open.get("/health").status == 200);
  CHECK(open.get("/v1/models").status == 401);
  CHECK(strict.get("/health").status == 401);
  CHECK(strict.get("/health", {"X-Api-Key: " + kKey}).status == 200);
}

TEST_CASE("paths that no route has are refused to strangers like any other", "[app][auth]") {
  Host host(with_auth(Yaml(), "all_except_health"));
  host.start();

  CHECK(host.get("/nowhere").status == 401);
  CHECK(host.get("/nowhere", {"X-Api-Key: " + kKey}).status == 404);
}

TEST_CASE("without a key to ask for, web pages are kept out", "[app][auth]") {
  const auto header = GENERATE(as<std::string>(), "Origin: https://evil.example", "Origin: null",
                               "Sec-Fetch-Site: cross-site");
  CAPTURE(header);
  Host host((Yaml()));
  host.start();
  const Asked asked = ask(openai_wire(), "echo", "hi", false);

  CHECK(host.post(asked.path, asked.body, {header}).status == 403);
  CHECK(host.post(asked.path, asked.body).status == 200);
}

TEST_CASE("a name that someone else made to point here is refused", "[app][auth]") {
  Host host((Yaml()));
  host.start();

  const Answer answer =
      host.connect().call("GET /health HTTP/1.1\r\nHost: rebound.example\r\n\r\n");

  CHECK(answer.status == 403);
  CHECK_THAT(answer.body, ContainsSubstring("rebound.example"));
}

TEST_CASE("mode auto asks for the key when the host listens for other machines", "[app][auth]") {
  Yaml yaml = with_auth(Yaml(), "auto");
  yaml.listen = "{ host: 0.0.0.0, port: 0 }";
  Host host(yaml);
  host.start();

  CHECK(host.get("/v1/models").status == 401);
  CHECK(host.get("/v1/models", {"Authorization: Bearer " + kKey}).status == 200);
}

TEST_CASE("a network address without a key stops the start with the place and the remedy",
          "[app][auth]") {
  Yaml yaml;
  yaml.listen = "{ host: 0.0.0.0, port: 0 }";
  yaml.middlewares = middlewares("mode: auto");
  Host host(yaml);

  const Result<void> started = host.try_start();

  REQUIRE_FALSE(started.ok());
  CHECK_THAT(started.error().message, ContainsSubstring(host.place_of("{ name: auth")));
  CHECK_THAT(started.error().message, ContainsSubstring("ABV_API_KEY"));
}

TEST_CASE("no key is in the log or in an answer when calls and reloads fail", "[app][auth]") {
  Yaml good = with_auth(proxy_to("http://127.0.0.1:1"), "strict");
  Yaml bad = good;
  bad.providers += "  broken: { plugin: abv.openai, api_key: \"" + std::string(kOpenAiKey) +
                   "\", base_url: \"htps://x\", proxy: \"http://u:sk-wrong-key@\" }\n";
  Host host(good);
  host.start();

  const Answer failed = host.post("/v1/messages", claude_wire().body, {"X-Api-Key: " + kKey});
  const Result<void> reloaded = host.try_reload(bad);
  host.call_line();

  CHECK(failed.status == 502);
  CHECK(key_in(failed.head + failed.body) == "");
  REQUIRE_FALSE(reloaded.ok());
  CHECK(key_in(reloaded.error().message) == "");
  CHECK(key_in(host.log().text()) == "");
}

TEST_CASE("a changed key counts from the reload on", "[app][auth]") {
  const Yaml yaml = with_auth(Yaml(), "strict");
  Yaml changed = yaml;
  changed.middlewares = middlewares("mode: strict, api_key: sk-wrong-key");
  Host host(yaml);
  host.start();
  host.reload(changed);

  CHECK(host.get("/health", {"X-Api-Key: " + kKey}).status == 401);
  CHECK(host.get("/health", {"X-Api-Key: sk-wrong-key"}).status == 200);
}

}  // namespace abv::test
