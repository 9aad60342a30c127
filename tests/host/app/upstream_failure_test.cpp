// What a client sees when the upstream fails it.

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <atomic>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

// A port of this machine on which nobody listens.
std::string refusing_url() {
  const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
  return "http://127.0.0.1:" + std::to_string(taken.address().port());
}

// Sends these bytes for every request, then goes away.
FakeServer::Handler breaks_after(std::string bytes) {
  return [bytes = std::move(bytes)](FakeConnection& connection, const FakeRequest&) {
    connection.send(bytes);
    connection.close();
  };
}

FakeServer::Handler stalls_after(std::string bytes) {
  return [bytes = std::move(bytes)](FakeConnection& connection, const FakeRequest&) {
    connection.send(bytes);
    connection.stall();
    connection.close();
  };
}

std::string head_of(std::size_t length) {
  return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " +
         std::to_string(length) + "\r\n\r\n";
}

struct Failed {
  int status;
  std::string headers;
  std::string body;
};

std::ostream& operator<<(std::ostream& out, const Failed& failed) {
  return out << failed.status << " " << failed.headers;
}

}  // namespace

TEST_CASE("an upstream that refuses the connection gives 502 in the client's dialect",
          "[app][failure]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  const bool is_stream = GENERATE(false, true);
  CAPTURE(wire, is_stream);
  Host host(proxy_to(refusing_url()));
  host.start();

  const Answer answer =
      host.post(is_stream ? wire.stream_path : wire.path, is_stream ? wire.stream_body : wire.body);

  CHECK(answer.status == 502);
  CHECK(answer.is_complete);
  CHECK(answer.header("content-type") == "application/json");
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 502)));
}

TEST_CASE("an upstream that does not answer in time gives 504 in the client's dialect",
          "[app][failure]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream(stalls_after(""));
  Host host(proxy_to(upstream, "timeouts: { first_byte: 50ms }"));
  host.start();

  const Answer answer = host.post(wire.path, wire.body);

  CHECK(answer.status == 504);
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 504)));
  CHECK_THAT(answer.body, ContainsSubstring("timeouts.first_byte"));
}

TEST_CASE("a stream cut before its first event gives a proper error answer", "[app][failure]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream(breaks_after(sse_head() + chunk(": hello\n\n") +
                                   chunk(wire.frames[0].substr(0, wire.frames[0].size() - 3))));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  CHECK(answer.status == 502);
  CHECK(answer.is_complete);
  CHECK(answer.header("content-type") == "application/json");
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 502)));
  CHECK_THAT(answer.body, !ContainsSubstring("hello"));
}

TEST_CASE("a stream that falls silent before its first event gives 504", "[app][failure]") {
  const Wire wire = claude_wire();
  FakeServer upstream(stalls_after(sse_head()));
  Host host(proxy_to(upstream, "timeouts: { idle: 50ms }"));
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  CHECK(answer.status == 504);
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 504)));
}

TEST_CASE("a stream cut between two events ends with an error event and a cut", "[app][failure]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream(breaks_after(sse_head() + chunk(wire.frames[0]) + chunk(wire.frames[1])));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  const std::string before = wire.frames[0] + wire.frames[1];
  CHECK(answer.status == 200);
  CHECK_FALSE(answer.is_complete);
  CHECK(answer.body.substr(0, before.size()) == before);
  CHECK_THAT(answer.body.substr(before.size()), ContainsSubstring(error_mark(wire, 502)));
  CHECK_THAT(answer.body, Catch::Matchers::EndsWith("\n\n"));
}

TEST_CASE("the error event comes also when the upstream cut its last frame's end in two",
          "[app][failure]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  const std::string& frame = wire.frames[0];
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(frame + frame.substr(0, frame.size() - 1)));
    connection.stall();
    connection.send(chunk(frame.substr(frame.size() - 1)));
    connection.close();
  });
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();

  client.send(request("POST", wire.stream_path, wire.stream_body));
  client.read_until(frame + frame.substr(0, frame.size() - 1));
  upstream.release();
  const Answer answer = client.read_answer();

  CHECK_FALSE(answer.is_complete);
  CHECK(answer.body.substr(0, 2 * frame.size()) == frame + frame);
  CHECK_THAT(answer.body.substr(2 * frame.size()), ContainsSubstring(error_mark(wire, 502)));
}

TEST_CASE("a stream cut in the middle of an event is only cut", "[app][failure]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  const std::string sent = wire.frames[0] + wire.frames[1].substr(0, 20);
  FakeServer upstream(breaks_after(sse_head() + chunk(sent)));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  CHECK_FALSE(answer.is_complete);
  CHECK(answer.body == sent);
}

TEST_CASE("a whole answer that the upstream cuts is cut for the client", "[app][failure]") {
  const Wire wire = openai_wire();
  FakeServer upstream(breaks_after(head_of(wire.answer.size()) + wire.answer.substr(0, 40)));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.path, wire.body);

  CHECK(answer.status == 200);
  CHECK_FALSE(answer.is_complete);
  CHECK(answer.body == wire.answer.substr(0, 40));
}

TEST_CASE("an answer that is no HTTP gives 502", "[app][failure]") {
  const Wire wire = gemini_wire();
  FakeServer upstream(breaks_after("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.path, wire.body);

  CHECK(answer.status == 502);
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 502)));
}

TEST_CASE("an upstream whose certificate nobody vouches for gives 502", "[app][failure]") {
  const TestCerts certs;
  const TestCerts others;
  FakeServer upstream(gives_back(), certs);
  Host host(proxy_to(upstream, "ca_file: \"" + others.ca_file() + "\""));
  host.start();

  const Answer answer = host.post("/v1/messages", claude_wire().body);

  CHECK(answer.status == 502);
  CHECK_THAT(answer.body, ContainsSubstring("certificate"));
  CHECK(upstream.requests().empty());
}

TEST_CASE("an upstream's refusal reaches the client byte for byte", "[app][failure]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  const auto failed = GENERATE(
      Failed{400, "x-request-cost: 0", "{ \"error\" : {\"message\":\"bad\"} }\n"},
      Failed{401, "www-authenticate: Bearer", "{\"error\":{\"code\":\"invalid_api_key\"}}"},
      Failed{429, "retry-after: 17", "{\"error\":{\"type\":\"rate_limit_error\"}}"},
      Failed{500, "x-oops: 1", "<html>oh no</html>"},
      Failed{529, "retry-after: 3",
             "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}"});
  CAPTURE(wire, failed);
  FakeServer upstream(always("HTTP/1.1 " + std::to_string(failed.status) +
                             " No\r\ncontent-type: application/problem+json\r\n" + failed.headers +
                             "\r\ncontent-length: " + std::to_string(failed.body.size()) +
                             "\r\n\r\n" + failed.body));
  Yaml yaml = proxy_to(upstream);
  // With more tries the host waits for as long as the upstream asks for.
  yaml.more += "accounts: { tries: 1 }\n";
  Host host(yaml);
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  CHECK(answer.status == failed.status);
  CHECK(answer.is_complete);
  CHECK(answer.body == failed.body);
  CHECK(answer.header("content-type") == "application/problem+json");
  CHECK_THAT(answer.head, ContainsSubstring(failed.headers));
}

TEST_CASE("a long refusal, of which only the beginning is judged, reaches the client whole",
          "[app][failure]") {
  const std::string body = "{\"error\":\"" + std::string(300'000, 'e') + "\"}";
  FakeServer upstream(always(json_answer(body, 400)));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post("/v1/messages", claude_wire().body);

  CHECK(answer.status == 400);
  CHECK((answer.body == body));
}

TEST_CASE("an overload that is over at once is tried once more, unseen by the client",
          "[app][failure]") {
  const Wire wire = claude_wire();
  std::atomic<int> requests{0};
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(requests++ == 0
                        ? "HTTP/1.1 529 No\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"
                        : json_answer(wire.answer));
  });
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.path, wire.body);

  CHECK(answer.status == 200);
  CHECK(answer.body == wire.answer);
  CHECK(requests == 2);
}

}  // namespace abv::test
