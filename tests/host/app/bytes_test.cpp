// Requests: what the upstream receives is what the client sent, but for the model's name.

#include <algorithm>
#include <numeric>

#include "tests/host/app/given_bodies.hpp"
#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

using namespace std::string_literals;

constexpr int kBodies = 200;

struct Journey {
  std::string sent;
  std::string expected;
  std::string received;
};

// Sends many odd bodies over one connection.
std::vector<Journey> send_bodies(Host& host, const FakeServer& upstream, std::string_view model,
                                 bool is_renamed) {
  BodyMaker maker(20260101);
  Client client = host.connect();
  std::vector<Journey> journeys;
  for (int i = 0; i < kBodies; ++i) {
    const GivenBody body = maker.chat(model);
    const Answer answer = client.call(request("POST", "/v1/chat/completions", body.sent));
    const auto requests = upstream.requests();
    journeys.push_back({body.sent, is_renamed ? body.renamed : body.sent,
                        requests.empty() ? answer.body : requests.back().body});
  }
  return journeys;
}

// The first journey that went wrong, as text; empty when all went well.
std::string first_difference(const std::vector<Journey>& journeys) {
  const auto wrong = std::find_if(journeys.begin(), journeys.end(),
                                  [](const Journey& one) { return one.received != one.expected; });
  return wrong == journeys.end() ? ""
                                 : "sent:     " + wrong->sent + "\nexpected: " + wrong->expected +
                                       "\nreceived: " + wrong->received;
}

const std::string kChunkedHead =
    "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunked(const std::vector<std::string>& pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), std::string(),
                         [](std::string text, const std::string& piece) {
                           return std::move(text) + chunk(piece);
                         }) +
         last_chunk();
}

std::string form(std::string_view model) {
  return "preamble\r\n--xYz\r\nContent-Disposition: form-data; name=\"file\"; "
         "filename=\"a.wav\"\r\n"
         "Content-Type: audio/wav\r\n\r\n" +
         "RIFF\0\xFF\xFE\r\n--xY not the boundary\r\nmodel=fast"s +
         "\r\n--xYz\r\ncontent-disposition: form-data; name=model\r\n\r\n" + std::string(model) +
         "\r\n--xYz\r\nContent-Disposition: form-data; "
         "name=\"prompt\"\r\n\r\nfast\r\n--xYz--\r\nepilogue";
}

}  // namespace

TEST_CASE(
    "through an alias every byte of a body but the model's name reaches the upstream as it was "
    "sent",
    "[app][bytes]") {
  FakeServer upstream(always(json_answer(R"({"ok":true})")));
  Host host(proxy_to(upstream));
  host.start();

  const auto journeys = send_bodies(host, upstream, "fast", true);

  CHECK(first_difference(journeys) == "");
  CHECK(upstream.requests().size() == kBodies);
}

TEST_CASE("without an alias a body reaches the upstream byte for byte", "[app][bytes]") {
  FakeServer upstream(always(json_answer(R"({"ok":true})")));
  Host host(proxy_to(upstream));
  host.start();

  const auto journeys = send_bodies(host, upstream, "some-model", false);

  CHECK(first_difference(journeys) == "");
  CHECK(upstream.requests().size() == kBodies);
}

TEST_CASE("a chunked body is renamed and sent with its length", "[app][bytes]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(proxy_to(upstream));
  host.start();
  BodyMaker maker(7);
  const GivenBody body = maker.chat("fast");

  const Answer answer = host.connect().call(kChunkedHead + chunked(maker.cut(body.sent)));

  CHECK(answer.status == 200);
  CHECK(upstream.requests().at(0).body == body.renamed);
  CHECK(upstream.requests().at(0).header("content-length") == std::to_string(body.renamed.size()));
}

TEST_CASE("a request with two framings is refused and goes nowhere", "[app][bytes]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer =
      host.post("/v1/chat/completions", openai_wire().body, {"Transfer-Encoding: chunked"});

  CHECK(answer.status == 400);
  CHECK(upstream.connections() == 0);
}

TEST_CASE("a body of several megabytes passes unchanged in both directions", "[app][bytes]") {
  FakeServer upstream(gives_back());
  Host host(proxy_to(upstream));
  host.start();
  const std::string body = R"({"model":"fast","input":")" + std::string(5'000'000, 'x') + "\"}";
  const std::string renamed =
      R"({"model":"real-model","input":")" + std::string(5'000'000, 'x') + "\"}";

  const Answer answer = host.post("/v1/embeddings", body);

  CHECK(answer.status == 200);
  CHECK((answer.body == renamed));
}

TEST_CASE("in a multipart upload through an alias only the form field \"model\" changes",
          "[app][bytes]") {
  FakeServer upstream(always(json_answer(R"({"text":"hi"})")));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post("/v1/audio/transcriptions", form("fast"),
                                  {"Content-Type: multipart/form-data; boundary=xYz"});

  CHECK(answer.status == 200);
  CHECK(upstream.requests().at(0).body == form("real-model"));
  CHECK(upstream.requests().at(0).header("content-type") == "multipart/form-data; boundary=xYz");
}

TEST_CASE("an alias in a path of gemini changes the path and leaves the body alone",
          "[app][bytes]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(proxy_to(upstream));
  host.start();
  const std::string body = "{ \"model\" : \"models/fast\", \"contents\":[ ] }\n";

  const Answer answer =
      host.post("/v1beta/models/fast:streamGenerateContent?alt=sse&key=client&x=%20y", body);

  CHECK(answer.status == 200);
  CHECK(upstream.requests().at(0).target ==
        "/v1beta/models/real-model:streamGenerateContent?alt=sse&x=%20y");
  CHECK(upstream.requests().at(0).body == body);
}

TEST_CASE(
    "headers of the client reach the upstream but for those of its connection and its way here",
    "[app][bytes]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(proxy_to(upstream));
  host.start();
  const Wire wire = claude_wire();

  host.post(wire.path, wire.body,
            {"anthropic-beta: a-1,b-2", "X-Custom: kept", "User-Agent: agent/1",
             "Connection: keep-alive, X-Hop", "X-Hop: dropped", "X-Forwarded-For: 10.0.0.1"});

  const FakeRequest got = upstream.requests().at(0);
  CHECK(got.header("anthropic-beta") == "a-1,b-2");
  CHECK(got.header("x-custom") == "kept");
  CHECK(got.header("user-agent") == "agent/1");
  CHECK(got.header("host") == "127.0.0.1:" + std::to_string(upstream.port()));
  CHECK(got.header("x-hop") == "");
  CHECK(got.header("x-forwarded-for") == "");
}

TEST_CASE("calls reach an upstream over TLS that its certificate proves", "[app][bytes]") {
  const TestCerts certs;
  FakeServer upstream(gives_back(), certs);
  Host host(proxy_to(upstream, "ca_file: \"" + certs.ca_file() + "\""));
  host.start();
  const Wire wire = openai_wire();

  // On one connection: the host reads the second request when the first call is over to its end, so
  // its upstream connection is back by then.
  Client client = host.connect();

  const Answer answer = client.call(request("POST", wire.path, wire.body));
  const Answer stream = client.call(request("POST", wire.stream_path, wire.stream_body));

  CHECK(answer.body == wire.body);
  CHECK(stream.body == "data: " + wire.stream_body + "\n\n");
  CHECK(upstream.connections() == 1);
}

}  // namespace abv::test
