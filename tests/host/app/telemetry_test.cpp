#include "tests/host/app/given_bodies.hpp"
#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

using namespace abv::test;

namespace {

Yaml with(const std::string& settings) {
  Yaml yaml;
  yaml.more += settings;
  return yaml;
}

std::string scrape(Host& host) {
  return Client(host.daemon().metrics_port()).call(request("GET", "/metrics")).body;
}

}  // namespace

TEST_CASE("metrics tell of calls, tokens, accounts and the process", "[app][telemetry]") {
  Host host(with("metrics: { enabled: true, port: 0 }\n"));
  host.start();

  CHECK(host.post("/v1/chat/completions",
                  R"({"model":"echo","messages":[{"role":"user","content":"hi"}]})")
            .status == 200);
  // What is counted last: a scrape may come while a call is being counted.
  wait_until(
      [&] {
        return scrape(host).find("gen_ai_server_request_duration_seconds_count{") !=
               std::string::npos;
      },
      "the call is counted");
  host.daemon().tidy();

  const std::string text = scrape(host);
  CHECK_THAT(text, ContainsSubstring("abv_calls_total{dialect=\"openai-chat\","));
  CHECK_THAT(text, ContainsSubstring("gen_ai_server_request_duration_seconds_count{"));
  CHECK_THAT(text, ContainsSubstring("\nprocess_resident_memory_bytes "));
  CHECK_THAT(text, ContainsSubstring("\nabv_calls_in_progress 0\n"));
  CHECK_THAT(text, ContainsSubstring("# TYPE gen_ai_client_token_usage histogram\n"));
}

TEST_CASE("metrics are served to whoever has the token, and nothing else is", "[app][telemetry]") {
  Host host(with("metrics: { enabled: true, port: 0, token: \"s3cret\" }\n"));
  host.start();
  Client client(host.daemon().metrics_port());

  CHECK(client.call(request("GET", "/metrics")).status == 401);
  CHECK(client.call(request("GET", "/metrics", "", {"Authorization: Bearer s3cre"})).status == 401);
  CHECK(client.call(request("GET", "/metrics", "", {"Authorization: Bearer s3cret"})).status ==
        200);
  CHECK(client.call(request("GET", "/v1/models", "", {"Authorization: Bearer s3cret"})).status ==
        404);
  CHECK(client.call(request("POST", "/metrics", "x", {"Authorization: Bearer s3cret"})).status ==
        405);
  CHECK_THAT(host.log().text(), !ContainsSubstring("s3cret"));
}

TEST_CASE("metrics for other machines need a token", "[app][telemetry]") {
  Host host(with("metrics: { enabled: true, port: 0, host: 0.0.0.0 }\n"));

  const abv::Result<void> started = host.try_start();

  REQUIRE_FALSE(started.ok());
  CHECK(started.error().message ==
        "metrics.token: is required with metrics.host 0.0.0.0, which other machines can reach");
}

TEST_CASE("a call's span reaches the collector, as part of the client's trace",
          "[app][telemetry]") {
  FakeServer collector(always(json_answer("{}")));
  Host host(with("traces: { endpoint: \"" + collector.url("/v1/traces") +
                 "\", headers: { x-key: k1 } }\n"));
  host.start();

  CHECK(host.get("/v1/models",
                 {"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
            .status == 200);
  host.call_line();
  host.stop();

  const auto requests = collector.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].target == "/v1/traces");
  CHECK(requests[0].header("x-key") == "k1");
  CHECK(requests[0].header("content-type") == "application/json");
  CHECK_THAT(requests[0].body,
             ContainsSubstring("\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\""));
  CHECK_THAT(requests[0].body, ContainsSubstring("\"parentSpanId\":\"00f067aa0ba902b7\""));
}
