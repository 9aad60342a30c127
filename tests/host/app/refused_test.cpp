// Requests that the host itself refuses, each in the dialect of the client.

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

Yaml small_bodies() {
  Yaml yaml = proxy_to("http://127.0.0.1:1");
  yaml.limits = "{ body: 65536 }";
  return yaml;
}

// The only rule of each route is for a provider that has no key and so takes no part.
Yaml no_providers() {
  Yaml yaml;
  yaml.providers =
      "  echo: { plugin: abv.echo, enabled: false }\n"
      "  claude: { plugin: abv.claude }\n";
  yaml.claude_models = "      - { match: \"*\", provider: claude }\n";
  return yaml;
}

}  // namespace

TEST_CASE("a body over limits.body gives 413 in the client's dialect", "[app][refused]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  Host host(small_bodies());
  host.start();

  const Answer answer = host.post(wire.path, std::string(64 * 1024 + 1, ' '));

  CHECK(answer.status == 413);
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 413)));
  CHECK_THAT(answer.body, ContainsSubstring("65536"));
}

TEST_CASE("a client that sends on while it is refused for its size still reads the 413",
          "[app][refused]") {
  Host host(small_bodies());
  host.start();

  const Answer answer = host.post("/v1/messages", std::string(8'000'000, ' '));

  CHECK(answer.status == 413);
  CHECK(answer.is_complete);
}

TEST_CASE("a chunked body is refused as soon as it grows over limits.body", "[app][refused]") {
  Host host(small_bodies());
  host.start();
  Client client = host.connect();

  client.send(
      "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" +
      chunk(std::string(200'000, ' ')));
  const Answer answer = client.read_answer();

  CHECK(answer.status == 413);
}

TEST_CASE("a client that asks before it sends too much is told no at once", "[app][refused]") {
  Host host(small_bodies());
  host.start();
  Client client = host.connect();

  client.send(
      "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
      "Content-Length: 1000000\r\n\r\n");

  CHECK(client.read_answer().status == 413);
}

TEST_CASE("a client that asks whether it may send is told to go on", "[app][refused]") {
  Host host(small_bodies());
  host.start();
  const Wire wire = openai_wire();
  const Asked asked = ask(wire, "echo", "hello", false);
  Client client = host.connect();

  client.send("POST " + asked.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n" +
              "Content-Length: " + std::to_string(asked.body.size()) + "\r\n\r\n");
  client.wait_for_continue();
  const Answer answer = client.call(asked.body);

  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, ContainsSubstring("hello"));
}

TEST_CASE("a body that is no JSON object gives 400 in the client's dialect", "[app][refused]") {
  const auto wire = GENERATE(openai_wire(), claude_wire());
  const auto body = GENERATE(as<std::string>(), "{\"model\":\"x\"", "", "[1]", "{} {}", "\xFF\xFE");
  CAPTURE(wire, body);
  Host host(small_bodies());
  host.start();

  const Answer answer = host.post(wire.path, body);

  CHECK(answer.status == 400);
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 400)));
  CHECK_THAT(answer.body, ContainsSubstring("request body"));
}

TEST_CASE("a path that no route has gives 404 in the dialect most like it", "[app][refused]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  Host host(small_bodies());
  host.start();

  const Answer answer = host.post(wire.unknown_path, "{}");

  CHECK(answer.status == 404);
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 404)));
  CHECK_THAT(answer.body, ContainsSubstring("no route for POST " + wire.unknown_path));
}

TEST_CASE("a wrong method gives 405 in the dialect of the path and says which is right",
          "[app][refused]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  Host host(small_bodies());
  host.start();

  const Answer answer = host.connect().call(request("PUT", wire.wrong_method_path, "{}"));

  CHECK(answer.status == 405);
  CHECK_THAT(answer.header("allow"), Catch::Matchers::StartsWith("POST"));
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 405)));
}

TEST_CASE("a model that no enabled provider offers gives 404, model_not_found", "[app][refused]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  Host host(no_providers());
  host.start();

  const Answer answer = host.post(wire.path, wire.body);

  CHECK(answer.status == 404);
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 404)));
  CHECK_THAT(answer.body, ContainsSubstring("some-model"));
}

TEST_CASE("the error of an unknown model has OpenAI's code and parameter", "[app][refused]") {
  Host host(no_providers());
  host.start();

  const Answer answer = host.post("/v1/chat/completions", openai_wire().body);

  CHECK_THAT(answer.body, ContainsSubstring(R"("param":"model","code":"model_not_found")"));
}

TEST_CASE("a path that could mean another one upstream gives 400 with a request id",
          "[app][refused]") {
  const auto path = GENERATE(as<std::string>(), "/v1/%00", "/v1/%2e%2e/x", "/v1/../x");
  CAPTURE(path);
  Host host(small_bodies());
  host.start();

  const Answer answer = host.get(path);

  CHECK(answer.status == 400);
  CHECK(answer.header("x-request-id") != "");
}

TEST_CASE("the health check answers GET and HEAD under both its names", "[app][refused]") {
  const auto path = GENERATE(as<std::string>(), "/health", "/healthz");
  Host host(small_bodies());
  host.start();

  const Answer answer = host.get(path);

  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"status":"ok","version":"1.2.3"})");
}

}  // namespace abv::test
