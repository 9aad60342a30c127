#include "host/net/stream.hpp"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "host/net/tls.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_server.hpp"

using abv::Error;
using abv::Nanos;
using abv::net::AbortHandle;
using abv::net::Stream;
using abv::net::TlsClient;
using abv::test::FakeConnection;
using abv::test::FakeRequest;
using abv::test::FakeServer;
using abv::test::TestCerts;
using std::chrono::milliseconds;

namespace {

// Two connected sockets: `near` is the stream under test, `far` a bare descriptor.
struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    near.open(ends[0]);
    far = ends[1];
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { close_far(); }

  void close_far() {
    if (far >= 0) ::close(far);
    far = -1;
  }
  // Any thread, so it checks nothing; what was not written is not read either.
  void say(std::string_view text) const { ::send(far, text.data(), text.size(), MSG_NOSIGNAL); }
  std::string hear(std::size_t size) const {
    std::string text(size, '\0');
    text.resize(static_cast<std::size_t>(::recv(far, text.data(), size, MSG_WAITALL)));
    return text;
  }

  Stream near;
  int far = -1;
};

std::string read_text(Stream& stream) {
  std::array<char, 4096> buffer;
  const auto got = stream.read_some(buffer.data(), buffer.size());
  return got ? std::string(buffer.data(), *got) : abv::code_name(got.error().code);
}

std::string read_exactly(Stream& stream, std::size_t size) {
  std::string text;
  std::array<char, 4096> buffer;
  while (text.size() < size) {
    const auto got = stream.read_some(buffer.data(), buffer.size());
    if (!got || *got == 0) break;
    text.append(buffer.data(), *got);
  }
  return text;
}

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + i * 7 % 26);
  return text;
}

int connect_to(std::uint16_t port) {
  const Poco::Net::SocketAddress address("127.0.0.1", port);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::connect(fd, address.addr(), address.length()) == 0);
  return fd;
}

void echo(FakeConnection& connection, const FakeRequest& request) {
  connection.send(request.raw);
}

}  // namespace

TEST_CASE("a stream reads what has arrived, then the clean end") {
  Pair pair;
  pair.say("hello");
  CHECK(read_text(pair.near) == "hello");
  pair.close_far();
  CHECK(read_text(pair.near).empty());
}

TEST_CASE("pieces are written in order, empty ones too, and more of them than one call takes") {
  Pair pair;
  std::vector<std::string_view> pieces(200, "ab");
  pieces[0] = "";
  pieces[100] = "";
  pieces[199] = "";
  CHECK(pair.near.write_all(pieces).ok());
  CHECK(pair.hear(394).size() == 394);
  CHECK(pair.near.write_all(std::span<const std::string_view>()).ok());
}

TEST_CASE("a write larger than the socket's buffer goes on after partial writes") {
  Pair pair;
  const std::string large = pattern(3'000'000);
  const std::vector<std::string_view> pieces{"<", large, ">"};
  std::string heard;
  std::thread reader([&] { heard = pair.hear(large.size() + 2); });
  const bool written = pair.near.write_all(pieces).ok();
  reader.join();
  CHECK(written);
  CHECK(heard == "<" + large + ">");
}

TEST_CASE("a read and a write without progress time out") {
  Pair pair;
  pair.near.set_read_timeout(milliseconds(20));
  pair.near.set_write_timeout(milliseconds(20));
  CHECK(read_text(pair.near) == "timeout");
  const auto written = pair.near.write_all(std::string(8'000'000, 'x'));
  REQUIRE_FALSE(written.ok());
  CHECK(written.error().code == Error::Code::kTimeout);
}

TEST_CASE("a limit longer than the kernel knows of is waited for in full") {
  Pair pair;
  pair.near.set_read_timeout(milliseconds(20));
  CHECK(read_text(pair.near) == "timeout");
  pair.near.set_read_timeout(milliseconds(60));
  CHECK(read_text(pair.near) == "timeout");
  // What the second read told the kernel, after it had waited for the first limit.
  timeval told{};
  socklen_t size = sizeof told;
  REQUIRE(::getsockopt(pair.near.fd(), SOL_SOCKET, SO_RCVTIMEO, &told, &size) == 0);
  CHECK(told.tv_usec == 40'000);
}

TEST_CASE("a signal does not end a read") {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  REQUIRE(::sigaction(SIGUSR1, &action, nullptr) == 0);
  Pair pair;
  const pthread_t reader = ::pthread_self();
  std::thread other([&] {
    for (int i = 0; i < 2000; ++i)
      ::pthread_kill(reader, SIGUSR1);
    pair.say("hello");
  });
  CHECK(read_text(pair.near) == "hello");
  other.join();
}

TEST_CASE("a limit shorter than the kernel knows of is obeyed, and a longer one too") {
  Pair pair;
  pair.near.set_read_timeout(milliseconds(40));
  CHECK(read_text(pair.near) == "timeout");
  pair.near.set_read_timeout(milliseconds(10));
  CHECK(read_text(pair.near) == "timeout");
  pair.near.set_read_timeout(milliseconds(30));
  CHECK(read_text(pair.near) == "timeout");
  pair.near.set_read_timeout(Nanos{0});
  std::thread writer([&] { pair.say("late"); });
  CHECK(read_text(pair.near) == "late");
  writer.join();
}

TEST_CASE("writing to a peer that is gone is an error, not a signal") {
  // Poco blocks the signal, which would hide it.
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  REQUIRE(::pthread_sigmask(SIG_UNBLOCK, &pipe_signal, nullptr) == 0);
  std::signal(SIGPIPE, SIG_DFL);
  Pair pair;
  pair.close_far();
  const std::string_view piece = "x";
  CHECK(pair.near.write_all(piece).error().code == Error::Code::kIo);
  CHECK(pair.near.write_unless_refused(std::span(&piece, 1)).error().code == Error::Code::kIo);
}

TEST_CASE("an abort from another thread ends a blocked read") {
  Pair pair;
  AbortHandle abort;
  REQUIRE(pair.near.bind(abort));
  std::thread other([&] { abort.abort(); });
  CHECK(read_text(pair.near) == "cancelled");
  other.join();
  CHECK(read_text(pair.near) == "cancelled");
  CHECK(pair.near.write_all("x").error().code == Error::Code::kCancelled);
}

TEST_CASE("an abort from another thread ends a blocked write") {
  Pair pair;
  AbortHandle abort;
  REQUIRE(pair.near.bind(abort));
  std::thread other([&] { abort.abort(); });
  const auto written = pair.near.write_all(std::string(8'000'000, 'x'));
  other.join();
  REQUIRE_FALSE(written.ok());
  CHECK(written.error().code == Error::Code::kCancelled);
}

TEST_CASE("an aborted handle binds no other stream, and an unbound stream is left alone") {
  Pair bound;
  Pair other;
  AbortHandle abort;
  REQUIRE(bound.near.bind(abort));
  CHECK(bound.near.unbind());
  abort.abort();
  bound.say("still here");
  CHECK(read_text(bound.near) == "still here");
  CHECK_FALSE(other.near.bind(abort));
}

TEST_CASE("a stream that was aborted while bound says so when it is unbound") {
  Pair pair;
  AbortHandle abort;
  REQUIRE(pair.near.bind(abort));
  abort.abort();
  CHECK_FALSE(pair.near.unbind());
}

TEST_CASE("an idle stream is quiet until the peer sends or closes") {
  Pair pair;
  CHECK(pair.near.is_quiet());
  pair.say("x");
  CHECK_FALSE(pair.near.is_quiet());
  CHECK(read_text(pair.near) == "x");
  CHECK(pair.near.is_quiet());
  pair.close_far();
  CHECK_FALSE(pair.near.is_quiet());
}

TEST_CASE("a write that fits is not refused, whatever the peer has sent") {
  Pair pair;
  pair.say("HTTP/1.1 413 Too Large\r\n");
  const std::string_view piece = "x";
  const auto written = pair.near.write_unless_refused(std::span(&piece, 1));
  REQUIRE(written.ok());
  CHECK(*written);
}

TEST_CASE("a write that does not fit ends when the peer has refused it") {
  Pair pair;
  pair.say("HTTP/1.1 413 Too Large\r\n");
  const std::string large(8'000'000, 'x');
  const std::string_view piece = large;
  const auto written = pair.near.write_unless_refused(std::span(&piece, 1));
  REQUIRE(written.ok());
  CHECK_FALSE(*written);
}

TEST_CASE("a write that does not fit goes on when the peer has only said to continue") {
  Pair pair;
  pair.say("HTTP/1.1 100 Continue\r\n\r\n");
  const std::string large = pattern(3'000'000);
  const std::string_view piece = large;
  std::string heard;
  std::thread reader([&] { heard = pair.hear(large.size()); });
  const auto written = pair.near.write_unless_refused(std::span(&piece, 1));
  reader.join();
  REQUIRE(written.ok());
  CHECK(*written);
  CHECK(heard == large);
}

TEST_CASE("closing an adopted stream leaves Poco's socket open") {
  FakeServer server(echo);
  const Poco::Net::SocketAddress address("127.0.0.1", server.port());
  Poco::Net::StreamSocket socket(address);
  {
    Stream stream(socket);
    CHECK(stream.write_all("GET /1 HTTP/1.1\r\n\r\n").ok());
    CHECK(read_exactly(stream, 19) == "GET /1 HTTP/1.1\r\n\r\n");
  }
  Stream again(socket);
  CHECK(again.write_all("GET /2 HTTP/1.1\r\n\r\n").ok());
  CHECK(read_exactly(again, 19) == "GET /2 HTTP/1.1\r\n\r\n");
}

namespace {

// A TLS stream to a server whose TLS is Poco's, so that both kinds talk to each other.
struct TlsPair {
  explicit TlsPair(FakeServer& server, const TestCerts& certs)
      : client(std::move(*TlsClient::make(certs.ca_file()))) {
    stream.open(connect_to(server.port()));
    REQUIRE(stream.start_tls(*client, {"127.0.0.1", "key"}, Nanos{0}).ok());
  }

  std::unique_ptr<TlsClient> client;
  Stream stream;
};

}  // namespace

TEST_CASE("pieces of all sizes cross TLS in both directions") {
  const TestCerts certs;
  FakeServer server(echo, certs);
  TlsPair pair(server, certs);
  const std::string large = pattern(100'000);
  const std::string head = "PUT / HTTP/1.1\r\ncontent-length: 100001\r\n\r\n";
  const std::vector<std::string_view> pieces{head, "", "!", large};
  CHECK(pair.stream.write_all(pieces).ok());
  CHECK(read_exactly(pair.stream, head.size() + 100'001) == head + "!" + large);
}

TEST_CASE("a TLS read times out and can be repeated") {
  const TestCerts certs;
  FakeServer server(
      [](FakeConnection& connection, const FakeRequest&) {
        connection.stall();
        connection.send("late");
      },
      certs);
  TlsPair pair(server, certs);
  REQUIRE(pair.stream.write_all("GET / HTTP/1.1\r\n\r\n").ok());
  pair.stream.set_read_timeout(milliseconds(20));
  CHECK(read_text(pair.stream) == "timeout");
  server.release();
  pair.stream.set_read_timeout(Nanos{0});
  CHECK(read_text(pair.stream) == "late");
}

TEST_CASE("a TLS end with the closing alert is clean, without it an error") {
  const TestCerts certs;
  FakeServer server(
      [](FakeConnection& connection, const FakeRequest& request) {
        request.target == "/clean" ? connection.close() : connection.reset();
      },
      certs);
  TlsPair clean(server, certs);
  TlsPair cut(server, certs);
  REQUIRE(clean.stream.write_all("GET /clean HTTP/1.1\r\n\r\n").ok());
  CHECK(read_text(clean.stream).empty());
  REQUIRE(cut.stream.write_all("GET /cut HTTP/1.1\r\n\r\n").ok());
  CHECK(read_text(cut.stream) == "io");
}

TEST_CASE("an idle TLS stream is quiet until the peer closes") {
  const TestCerts certs;
  FakeServer server(
      [](FakeConnection& connection, const FakeRequest&) {
        connection.send("answer");
        connection.stall();
        connection.close();
      },
      certs);
  TlsPair pair(server, certs);
  REQUIRE(pair.stream.write_all("GET / HTTP/1.1\r\n\r\n").ok());
  CHECK(read_exactly(pair.stream, 6) == "answer");
  CHECK(pair.stream.is_quiet());
  server.release();
  server.wait_for_closed(1);
  CHECK_FALSE(pair.stream.is_quiet());
}

TEST_CASE("an abort from another thread ends a blocked TLS read") {
  const TestCerts certs;
  FakeServer server([](FakeConnection& connection, const FakeRequest&) { connection.stall(); },
                    certs);
  TlsPair pair(server, certs);
  AbortHandle abort;
  REQUIRE(pair.stream.bind(abort));
  std::thread other([&] { abort.abort(); });
  CHECK(read_text(pair.stream) == "cancelled");
  other.join();
}

TEST_CASE("a CA file that is missing or holds no certificate is refused") {
  const TestCerts certs;
  CHECK(TlsClient::make("/nonexistent/ca.pem").error().code == Error::Code::kInvalid);
  CHECK(TlsClient::make(certs.key_file()).error().code == Error::Code::kInvalid);
}
