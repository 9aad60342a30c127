// What is recorded of a call, and what the client is told of it.

#include <cstdlib>
#include <set>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

double number(const std::string& line, std::string_view key) {
  return std::strtod(log_field(line, key).c_str(), nullptr);
}

// Of clients that go with the last byte of their stream, one after the other.
std::set<std::string> outcomes_of_quick_leavers(Host& host, const Wire& wire, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    Client client = host.connect();
    client.call(request("POST", wire.stream_path, wire.stream_body));
    client.reset();
  }
  host.call_line(count);
  std::set<std::string> outcomes;
  for (const std::string& line : host.log().lines("call")) {
    outcomes.insert(log_field(line, "outcome"));
  }
  return outcomes;
}

}  // namespace

TEST_CASE("the record of a call tells its route, models, tokens and times", "[app][record]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  const bool is_stream = GENERATE(false, true);
  CAPTURE(wire, is_stream);
  FakeServer upstream(speaks(wire));
  Host host(proxy_to(upstream));
  host.start();
  const Asked asked = ask(wire, "fast", "hi", is_stream);

  const Answer answer = host.post(asked.path, asked.body);
  const std::string line = host.call_line();

  CHECK(answer.status == 200);
  CAPTURE(line);
  CHECK(log_field(line, "outcome") == "ok");
  CHECK(log_field(line, "status") == "200");
  CHECK(log_field(line, "dialect") == wire.dialect);
  CHECK(log_field(line, "operation") == "chat");
  CHECK(log_field(line, "lane") == "raw");
  CHECK(log_field(line, "model") == "fast");
  CHECK(log_field(line, "model_resolved") == "real-model");
  CHECK(log_field(line, "principal") == "anonymous");
  CHECK(log_field(line, "peer") == "127.0.0.1");
  CHECK(log_field(line, "tokens_in") == "11");
  CHECK(log_field(line, "tokens_out") == "5");
  CHECK(log_field(line, "tokens_cached") == "3");
  CHECK(log_field(line, "stop") == "end");
  CHECK(log_field(line, "bytes_in") == std::to_string(asked.body.size()));
  CHECK(log_field(line, "bytes_out") == std::to_string(answer.body.size()));
  CHECK(log_field(line, "id") == answer.header("x-request-id"));
  CHECK(number(line, "parse_ms") > 0);
  CHECK(number(line, "upstream_ms") > 0);
  CHECK(number(line, "first_byte_ms") >= number(line, "upstream_ms"));
  CHECK(number(line, "total_ms") >= number(line, "first_byte_ms"));
}

TEST_CASE("a call that echo answers is recorded with its tokens", "[app][record]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  const bool is_stream = GENERATE(false, true);
  CAPTURE(wire, is_stream);
  Host host((Yaml()));
  host.start();
  const Asked asked = ask(wire, "echo", "eight by", is_stream);

  host.post(asked.path, asked.body);
  const std::string line = host.call_line();

  CAPTURE(line);
  CHECK(log_field(line, "lane") == "handler");
  CHECK(log_field(line, "provider") == "echo");
  CHECK(log_field(line, "tokens_in") == "2");
  CHECK(log_field(line, "tokens_out") == "2");
}

TEST_CASE("a client that leaves as soon as it has the whole answer has cancelled nothing",
          "[app][record]") {
  const Wire wire = openai_wire();
  FakeServer upstream(speaks(wire));
  Host host(proxy_to(upstream));
  host.start();

  CHECK(outcomes_of_quick_leavers(host, wire, 200) == std::set<std::string>{"ok"});
}

TEST_CASE("a client that leaves is recorded as cancelled", "[app][record]") {
  const Wire wire = claude_wire();
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(wire.frames[0]));
    connection.read_until_closed();
  });
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();

  client.send(request("POST", wire.stream_path, wire.stream_body));
  client.read_until(wire.frames[0]);
  client.close();
  const std::string line = host.call_line();

  CHECK(log_field(line, "outcome") == "cancelled");
  CHECK(log_field(line, "status") == "200");
}

TEST_CASE("a stream that breaks is recorded as broken, with the reason", "[app][record]") {
  const Wire wire = claude_wire();
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(wire.frames[0]));
    connection.close();
  });
  Host host(proxy_to(upstream));
  host.start();

  host.post(wire.stream_path, wire.stream_body);
  const std::string line = host.call_line();

  CHECK(log_field(line, "outcome") == "broken");
  CHECK_THAT(log_field(line, "error"), ContainsSubstring("in the middle of the answer"));
}

TEST_CASE("an upstream's refusal is recorded as an error with its status", "[app][record]") {
  FakeServer upstream(always(json_answer("{}", 401)));
  Host host(proxy_to(upstream));
  host.start();

  host.post("/v1/messages", claude_wire().body);
  const std::string line = host.call_line();

  CHECK(log_field(line, "outcome") == "error");
  CHECK(log_field(line, "status") == "401");
  CHECK(log_field(line, "error") == "credential");
}

TEST_CASE("with server_timing on, every answer tells where its time went", "[app][record]") {
  const auto path = GENERATE(as<std::string>(), "/v1/messages", "/nowhere");
  CAPTURE(path);
  FakeServer upstream(speaks(claude_wire()));
  Yaml yaml = proxy_to(upstream);
  yaml.more = "server_timing: true\n";
  Host host(yaml);
  host.start();

  const std::string timing = host.post(path, claude_wire().body).header("server-timing");

  CHECK_THAT(timing, ContainsSubstring("parse;dur="));
  CHECK_THAT(timing, ContainsSubstring("auth;dur="));
  CHECK_THAT(timing, ContainsSubstring("upstream;dur="));
}

TEST_CASE("without server_timing there is no such header", "[app][record]") {
  Host host((Yaml()));
  host.start();

  CHECK(host.get("/health").header("server-timing") == "");
}

TEST_CASE("every answer has a request id of its own, errors too", "[app][record]") {
  Host host(proxy_to("http://127.0.0.1:1"));
  host.start();
  const Wire wire = claude_wire();

  const std::set<std::string> ids{
      host.get("/health").header("x-request-id"),
      host.get("/nowhere").header("x-request-id"),
      host.get(wire.path).header("x-request-id"),
      host.post(wire.path, "{").header("x-request-id"),
      host.post(wire.path, wire.body).header("x-request-id"),
      host.get("/health", {"Origin: null"}).header("x-request-id"),
  };

  CHECK(ids.size() == 6);
  CHECK(ids.count("") == 0);
}

TEST_CASE("a client's own request id is kept, in the answer and in the record", "[app][record]") {
  Host host(proxy_to("http://127.0.0.1:1"));
  host.start();

  const Answer answer =
      host.post("/v1/messages", claude_wire().body, {"X-Request-Id: my-own.id_1"});

  CHECK(answer.header("x-request-id") == "my-own.id_1");
  CHECK(answer.header("request-id") == "my-own.id_1");
  CHECK_THAT(answer.body, ContainsSubstring(R"("request_id":"my-own.id_1")"));
  CHECK(log_field(host.call_line(), "id") == "my-own.id_1");
}

TEST_CASE("what was recorded before the end is written before the end", "[app][record]") {
  Host host((Yaml()));
  host.start();
  Client client = host.connect();
  client.call(request("GET", "/health"));
  client.call(request("GET", "/health"));

  host.stop();

  CHECK(host.log().lines("call").size() == 2);
}

}  // namespace abv::test
