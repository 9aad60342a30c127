// Upstreams that stream although a whole answer was asked for.

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/response_frames.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

constexpr std::string_view kWhole = R"({"model":"m","input":"hi"})";

std::string without_type(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("a client that asked for a whole answer gets one from an upstream that streams",
          "[app][stream]") {
  const std::string stream = joined(response_frames("hello"));
  const auto bytes =
      GENERATE_COPY(answer(200, "text/event-stream; charset=utf-8", stream), without_type(stream));
  FakeServer upstream(always(bytes));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post("/v1/responses", kWhole);

  CHECK(answer.status == 200);
  CHECK(answer.header("content-type") == "application/json");
  CHECK_THAT(answer.body, ContainsSubstring(R"("object":"response")"));
  CHECK_THAT(answer.body, ContainsSubstring(R"("text":"hello")"));
  CHECK_THAT(answer.body, ContainsSubstring(R"("input_tokens":7)"));
  const std::string line = host.call_line();
  CHECK(log_field(line, "lane") == "event");
}

TEST_CASE("a stream that breaks off is no whole answer", "[app][stream]") {
  std::vector<std::string> frames = response_frames("hello");
  frames.pop_back();
  FakeServer upstream(always(answer(200, "text/event-stream", joined(frames))));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post("/v1/responses", kWhole);

  CHECK(answer.status == 502);
  CHECK_THAT(answer.body, !ContainsSubstring("hello"));
}

TEST_CASE("a stream whose head does not say so is one all the same", "[app][stream]") {
  FakeServer upstream(always(without_type(joined(response_frames("hello")))));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.post("/v1/responses", R"({"model":"m","input":"hi","stream":true})");

  CHECK(answer.header("content-type") == "text/event-stream");
  CHECK(answer.body == joined(response_frames("hello")));
  const std::string line = host.call_line();
  CHECK(log_field(line, "lane") == "raw");
  CHECK(log_field(line, "tokens_out") == "3");
}

TEST_CASE("what begins like no events stays as it came", "[app][stream]") {
  FakeServer upstream(always(without_type(R"({"object":"response","own":1})")));
  Host host(proxy_to(upstream));
  host.start();

  CHECK(host.post("/v1/responses", kWhole).body == R"({"object":"response","own":1})");
}

}  // namespace abv::test
