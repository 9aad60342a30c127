// Answers: what the client receives is what the upstream sent.

#include <algorithm>

#include "tests/host/app/given_bodies.hpp"
#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

using namespace std::string_literals;

constexpr std::uint32_t kCuts = 10;

// Sends the wire's stream cut in odd places: each piece a chunk and a write of its own.
FakeServer::Handler cut_stream(Wire wire) {
  return [wire = std::move(wire)](FakeConnection& connection, const FakeRequest& request) {
    const auto seed = static_cast<std::uint32_t>(std::stoul(request.header("x-seed")));
    connection.send(sse_head());
    for (const std::string& piece : BodyMaker(seed).cut(wire.stream())) {
      connection.send(chunk(piece));
    }
    connection.send(last_chunk());
  };
}

// The bodies of as many streams, each cut otherwise, on one connection.
std::vector<std::string> read_cut_streams(Host& host, const Wire& wire) {
  Client client = host.connect();
  std::vector<std::string> bodies;
  for (std::uint32_t seed = 0; seed < kCuts; ++seed) {
    const std::string header = "X-Seed: " + std::to_string(seed);
    const Answer answer =
        client.call(request("POST", wire.stream_path, wire.stream_body, {header}));
    bodies.push_back(answer.is_complete ? answer.body : "incomplete: " + answer.body);
  }
  return bodies;
}

std::string until_closed(std::string_view head, std::string_view body) {
  return "HTTP/1.1 200 OK\r\n" + std::string(head) + "\r\nConnection: close\r\n\r\n" +
         std::string(body);
}

}  // namespace

TEST_CASE("a stream reaches the client byte for byte wherever the upstream cuts it",
          "[app][stream]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream(cut_stream(wire));
  Host host(proxy_to(upstream));
  host.start();

  const auto bodies = read_cut_streams(host, wire);

  CHECK(bodies == std::vector<std::string>(kCuts, wire.stream()));
}

TEST_CASE("a whole answer reaches the client byte for byte with its headers", "[app][stream]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream(
      always("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
             "X-RateLimit-Remaining: 7\r\nSet-Cookie: a=b\r\nContent-Length: " +
             std::to_string(wire.answer.size()) + "\r\n\r\n" + wire.answer));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.path, wire.body);

  CHECK(answer.status == 200);
  CHECK(answer.is_complete);
  CHECK(answer.body == wire.answer);
  CHECK(answer.header("content-type") == "application/json; charset=utf-8");
  CHECK(answer.header("x-ratelimit-remaining") == "7");
  CHECK(answer.header("set-cookie") == "");
}

TEST_CASE("a stream that ends with the upstream's connection is passed on whole", "[app][stream]") {
  const Wire wire = claude_wire();
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(until_closed("content-type: text/event-stream", wire.stream()));
    connection.close();
  });
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  CHECK(answer.is_complete);
  CHECK(answer.body == wire.stream());
}

TEST_CASE("the first event of a stream reaches the client while the second is still to come",
          "[app][stream]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(wire.frames[0]));
    connection.stall();
    connection.send(chunk(wire.stream().substr(wire.frames[0].size())) + last_chunk());
  });
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();

  client.send(request("POST", wire.stream_path, wire.stream_body));
  client.read_until(wire.frames[0]);
  upstream.release();
  const Answer answer = client.read_answer();

  CHECK(answer.is_complete);
  CHECK(answer.body == wire.stream());
}

TEST_CASE("comments before the first event reach the client with it", "[app][stream]") {
  const Wire wire = claude_wire();
  FakeServer upstream(
      always(whole_stream({": keep-alive\n\n", ": keep-alive\n\n", wire.stream()})));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  CHECK(answer.body == ": keep-alive\n\n: keep-alive\n\n" + wire.stream());
}

TEST_CASE("an answer that is no JSON passes as it is", "[app][stream]") {
  const std::string audio = "ID3\0\xFF\xFB\x90\r\n\r\n0\r\n\r\n"s;
  FakeServer upstream(always(answer(200, "audio/mpeg", audio)));
  Host host(proxy_to(upstream));
  host.start();

  const Answer got = host.post("/v1/audio/speech", R"({"model":"fast","input":"hi"})");

  CHECK(got.header("content-type") == "audio/mpeg");
  CHECK(got.body == audio);
}

TEST_CASE("a stream that the dialect cannot decode passes all the same", "[app][stream]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  const std::string odd = "data: {not json\n\nevent: nonsense\ndata: [1,\n\ndata: \xFF\xFE\n\n";
  FakeServer upstream(always(whole_stream({odd})));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post(wire.stream_path, wire.stream_body);

  CHECK(answer.is_complete);
  CHECK(answer.body == odd);
}

TEST_CASE("a client of HTTP/1.0 gets the stream without chunks, ended by the connection",
          "[app][stream]") {
  const Wire wire = openai_wire();
  FakeServer upstream(speaks(wire));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.connect().call(
      "POST /v1/chat/completions HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: " +
      std::to_string(wire.stream_body.size()) + "\r\n\r\n" + wire.stream_body);

  CHECK(answer.header("transfer-encoding") == "");
  CHECK(answer.body == wire.stream());
}

TEST_CASE("a request that a client sends ahead is answered after the one before it",
          "[app][stream]") {
  const Wire wire = claude_wire();
  FakeServer upstream(gives_back());
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();
  const Asked first = ask(wire, "some-model", "first", true);
  const Asked second = ask(wire, "some-model", "second", false);

  client.send(request("POST", first.path, first.body) + request("POST", second.path, second.body));

  const Answer answer = client.read_answer();
  CHECK(answer.body == "data: " + first.body + "\n\n");
  CHECK(answer.header("connection") == "");
  CHECK(client.read_answer().status == 200);
  CHECK(upstream.requests().size() == 2);
}

}  // namespace abv::test
