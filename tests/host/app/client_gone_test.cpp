// Clients that leave, and clients that stop reading.

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

// An upstream that answers one request with a stream without end, and counts what it gets rid of.
class Firehose {
 public:
  Firehose() : listener_(Poco::Net::SocketAddress("127.0.0.1", 0)), thread_([this] { run(); }) {}
  Firehose(const Firehose&) = delete;
  Firehose& operator=(const Firehose&) = delete;
  ~Firehose() { wait(); }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(listener_.address().port());
  }

  // Until nobody takes any more. Gives the number of bytes that were taken.
  std::uint64_t wait() {
    if (thread_.joinable()) {
      thread_.join();
    }
    return pushed_;
  }

 private:
  void run() {
    Poco::Net::StreamSocket socket = listener_.acceptConnection();
    const int fd = socket.impl()->sockfd();
    std::string request(4096, ' ');
    ::recv(fd, request.data(), request.size(), 0);
    push(fd, sse_head());
    const std::string piece = chunk("data: " + std::string(16'000, 'x') + "\n\n");
    while (push(fd, piece)) {
    }
  }

  bool push(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) {
        return false;
      }
      pushed_ += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  Poco::Net::ServerSocket listener_;
  std::atomic<std::uint64_t> pushed_{0};
  std::thread thread_;
};

// The most that the kernel may hold for one connection, on both its sides.
std::uint64_t socket_buffers() {
  std::uint64_t total = 0;
  for (const char* file : {"/proc/sys/net/ipv4/tcp_rmem", "/proc/sys/net/ipv4/tcp_wmem"}) {
    std::uint64_t least = 0;
    std::uint64_t usual = 0;
    std::uint64_t most = 0;
    std::ifstream(file) >> least >> usual >> most;
    total += most;
  }
  return total;
}

// Sends a first event and waits until the host hangs up.
FakeServer::Handler waits_after_first(const Wire& wire) {
  return [wire](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(wire.frames[0]));
    connection.read_until_closed();
  };
}

}  // namespace

TEST_CASE("a client that closes in the middle of a stream ends its upstream call", "[app][gone]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  const bool is_reset = GENERATE(false, true);
  CAPTURE(wire, is_reset);
  FakeServer upstream(waits_after_first(wire));
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();

  client.send(request("POST", wire.stream_path, wire.stream_body));
  client.read_until(wire.frames[0]);
  is_reset ? client.reset() : client.close();

  upstream.wait_for_closed(1);
  CHECK(log_field(host.call_line(), "outcome") == "cancelled");
}

TEST_CASE("a client that closes before the upstream has answered ends its upstream call",
          "[app][gone]") {
  FakeServer upstream(
      [](FakeConnection& connection, const FakeRequest&) { connection.read_until_closed(); });
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();

  client.send(request("POST", "/v1/messages", claude_wire().body));
  upstream.wait_for_requests(1);
  client.close();

  upstream.wait_for_closed(1);
  CHECK(log_field(host.call_line(), "outcome") == "cancelled");
}

TEST_CASE("a client that closes ends the handler that answers it", "[app][gone]") {
  Yaml yaml;
  yaml.providers += "  slow: { plugin: abv.echo, delay_ms: 60000 }\n";
  yaml.openai_models = "      - { match: slow, provider: slow }\n";
  Host host(yaml);
  host.start();
  const Asked asked = ask(openai_wire(), "slow", "one two three", true);
  Client client = host.connect();

  client.send(request("POST", asked.path, asked.body));
  client.read_until("one ");
  client.close();

  CHECK(log_field(host.call_line(), "outcome") == "cancelled");
}

TEST_CASE("a half-closed connection counts as left, unless the YAML says otherwise",
          "[app][gone]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& asked) {
    connection.stall();
    connection.send(json_answer(asked.body));
  });
  Yaml yaml = proxy_to(upstream);
  yaml.listen = "{ port: 0, half_close_is_gone: false }";
  Host patient(yaml);
  patient.start();
  Host strict(proxy_to(upstream));
  strict.start();
  const Wire wire = claude_wire();
  Client kept = patient.connect();
  Client left = strict.connect();

  kept.send(request("POST", wire.path, wire.body));
  left.send(request("POST", wire.path, wire.body));
  upstream.wait_for_requests(2);
  kept.half_close();
  left.half_close();
  const std::string line = strict.call_line();
  upstream.release();

  CHECK(log_field(line, "outcome") == "cancelled");
  CHECK(kept.read_answer().body == wire.body);
}

TEST_CASE("a client that stops reading holds its upstream back, and is given up in the end",
          "[app][gone]") {
  Firehose upstream;
  Yaml yaml = proxy_to(upstream.url());
  yaml.limits = "{ client_write: 200ms }";
  Host host(yaml);
  host.start();
  Client client(host.port(), 4096);

  client.send(request("POST", "/v1/messages", claude_wire().stream_body));
  const std::uint64_t pushed = upstream.wait();
  const std::string line = host.call_line();

  // One connection in, one out, and what the host itself holds.
  CHECK(pushed < 2 * socket_buffers() + 512 * 1024);
  CHECK(log_field(line, "outcome") == "cancelled");
  CHECK_THAT(log_field(line, "error"), ContainsSubstring("time"));
}

TEST_CASE("a client that leaves a keep-alive connection between calls is no error", "[app][gone]") {
  Host host((Yaml()));
  host.start();
  Client client = host.connect();

  client.call(request("GET", "/health"));
  client.close();
  const Answer answer = host.get("/health");

  CHECK(answer.status == 200);
  host.call_line(2);
  CHECK(host.log().lines("call.fault").empty());
}

TEST_CASE("a client that leaves within its request body leaves no call behind", "[app][gone]") {
  Host host((Yaml()));
  host.start();
  Client client = host.connect();

  client.send(
      "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{\"a\":");
  wait_until([&] { return host.daemon().calls() == 1; }, "the call has begun");
  client.close();
  const std::string line = host.call_line();

  wait_until([&] { return host.daemon().calls() == 0; }, "the call has ended");
  CHECK(log_field(line, "outcome") == "cancelled");
}

TEST_CASE("the end of the daemon ends the calls that are left", "[app][gone]") {
  const Wire wire = claude_wire();
  FakeServer upstream(waits_after_first(wire));
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();

  client.send(request("POST", wire.stream_path, wire.stream_body));
  client.read_until(wire.frames[0]);
  host.stop();

  upstream.wait_for_closed(1);
  CHECK_FALSE(client.read_answer().is_complete);
}

}  // namespace abv::test
