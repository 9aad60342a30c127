#include "host/http/request_body.hpp"

#include <algorithm>
#include <string>

#include "tests/host/http/two_ends.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace {

using abv::http::Inbox;
using abv::http::RequestBody;
using abv::net::Framing;
using abv::net::RequestHead;
using abv::test::TwoEnds;
using abv::test::VirtualClock;

RequestHead framed(Framing framing, std::uint64_t length) {
  RequestHead head;
  head.framing = framing;
  head.content_length = length;
  return head;
}

RequestHead length(std::uint64_t bytes) {
  return framed(Framing::kLength, bytes);
}

const RequestHead kNoBody = framed(Framing::kNone, 0);
const RequestHead kChunked = framed(Framing::kChunked, 0);
const std::string kHelloChunked = "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nTrailer: z\r\n\r\n";

// A connection, and a body that arrives on it.
struct Incoming {
  explicit Incoming(const RequestHead& head, const std::string& read_ahead = "")
      : stream(ends.server), inbox(stream), body(head, inbox) {
    inbox.put_back(read_ahead);
    inbox.settle();
  }

  // Reads with a buffer of `step` bytes to the end, or until it fails.
  std::string read(std::size_t step = 4096) {
    std::string all;
    std::string buffer(step, '\0');
    while (true) {
      const auto n = body.read(buffer);
      if (!n || *n == 0) {
        failure = n ? "" : abv::code_name(n.error().code);
        return all;
      }
      all.append(buffer, 0, *n);
    }
  }

  TwoEnds ends;
  abv::net::Stream stream;
  Inbox inbox;
  RequestBody body;
  std::string failure;
};

// The chunked text cut after each byte: the first part was read ahead, the rest comes on the wire.
// Gives the cuts after which something else than the content was read.
std::string bad_cuts(const std::string& wire, const std::string& content, std::size_t step) {
  std::string bad;
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    Incoming incoming(kChunked, wire.substr(0, cut));
    incoming.ends.say(wire.substr(cut));
    const bool is_right =
        incoming.read(step) == content && incoming.failure.empty() && incoming.body.at_end();
    bad += is_right ? "" : std::to_string(cut) + " ";
  }
  return bad;
}

// The same, for what is left for the next request.
std::string bad_rests(const std::string& wire, const std::string& rest, std::size_t step) {
  std::string bad;
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    Incoming incoming(kChunked, wire.substr(0, cut));
    incoming.ends.say(wire.substr(cut));
    incoming.ends.half_close();
    incoming.read(step);
    incoming.inbox.settle();
    while (incoming.inbox.fill().value() > 0) {
    }
    bad += incoming.inbox.unread() == rest ? "" : std::to_string(cut) + " ";
  }
  return bad;
}

std::string chunked_failure(const std::string& wire) {
  Incoming incoming(kChunked);
  incoming.ends.say(wire);
  incoming.ends.half_close();
  incoming.read();
  return incoming.failure;
}

}  // namespace

TEST_CASE("a request without framing headers has no body", "[http][body]") {
  Incoming incoming(kNoBody, "GET / HTTP/1.1\r\n");

  CHECK(incoming.body.length() == 0u);
  CHECK(incoming.body.at_end());
  CHECK(incoming.read().empty());
  CHECK(incoming.inbox.unread() == "GET / HTTP/1.1\r\n");
}

TEST_CASE("an empty body is over at once", "[http][body]") {
  CHECK(Incoming(length(0)).body.at_end());
  CHECK(Incoming(length(0)).body.length() == 0u);
}

TEST_CASE("a body with a length is read to its last byte", "[http][body]") {
  Incoming incoming(length(12));
  CHECK(incoming.body.length() == 12u);
  incoming.ends.say("hello, world");

  CHECK(incoming.read() == "hello, world");

  CHECK(incoming.failure.empty());
  CHECK(incoming.body.at_end());
}

TEST_CASE("what was read ahead comes first", "[http][body]") {
  Incoming incoming(length(12), "hello");
  incoming.ends.say(", world");

  CHECK(incoming.read(3) == "hello, world");
  CHECK(incoming.body.at_end());
}

TEST_CASE("a body does not take a byte of the next request", "[http][body]") {
  Incoming read_ahead(length(5), "helloGET /next");
  Incoming on_the_wire(length(5));
  on_the_wire.ends.say("helloGET /next");

  CHECK(read_ahead.read() == "hello");
  CHECK(read_ahead.body.at_end());
  CHECK(read_ahead.inbox.unread() == "GET /next");
  CHECK(on_the_wire.read() == "hello");
  CHECK(on_the_wire.body.at_end());
  CHECK(on_the_wire.inbox.unread().empty());
}

TEST_CASE("what follows a chunked body is the next request's", "[http][body]") {
  Incoming read_ahead(kChunked, kHelloChunked + "GET /next");
  Incoming on_the_wire(kChunked);
  on_the_wire.ends.say(kHelloChunked + "GET /next");

  CHECK(read_ahead.read() == "hello, world");
  read_ahead.inbox.settle();
  CHECK(read_ahead.inbox.unread() == "GET /next");
  CHECK(on_the_wire.read() == "hello, world");
  on_the_wire.inbox.settle();
  CHECK(on_the_wire.inbox.unread() == "GET /next");
}

TEST_CASE("the next request is whole wherever the chunked body before it was cut", "[http][body]") {
  const std::string wire = kHelloChunked + "GET /next";

  CHECK(bad_rests(wire, "GET /next", 3) == "");
  CHECK(bad_rests(wire, "GET /next", 4096) == "");
}

TEST_CASE("a chunked body has no length and is decoded", "[http][body]") {
  Incoming incoming(kChunked);
  CHECK_FALSE(incoming.body.length().has_value());
  incoming.ends.say(kHelloChunked);

  CHECK(incoming.read() == "hello, world");

  CHECK(incoming.failure.empty());
  CHECK(incoming.body.at_end());
}

TEST_CASE("a chunked body may be cut anywhere", "[http][body]") {
  CHECK(bad_cuts(kHelloChunked, "hello, world", 4096) == "");
}

TEST_CASE("a chunked body may be cut anywhere and read byte by byte", "[http][body]") {
  CHECK(bad_cuts(kHelloChunked, "hello, world", 1) == "");
  CHECK(bad_cuts(kHelloChunked, "hello, world", 3) == "");
}

TEST_CASE("an empty chunked body is over after its end mark", "[http][body]") {
  Incoming incoming(kChunked, "0\r\n\r\n");
  CHECK_FALSE(incoming.body.at_end());

  CHECK(incoming.read().empty());

  CHECK(incoming.failure.empty());
  CHECK(incoming.body.at_end());
}

TEST_CASE("broken chunks are refused", "[http][body]") {
  CHECK(chunked_failure("x\r\n") == "invalid");
  CHECK(chunked_failure("-1\r\n") == "invalid");
  CHECK(chunked_failure("5\nhello\n0\n\n") == "invalid");
  CHECK(chunked_failure("5\r\nhelloX\r\n0\r\n\r\n") == "invalid");
  CHECK(chunked_failure("00000000000000005\r\nhello\r\n0\r\n\r\n") == "invalid");
  CHECK(chunked_failure("0x5\r\nhello\r\n0\r\n\r\n") == "invalid");
  CHECK(chunked_failure("5;" + std::string(8000, 'x') + "\r\nhello\r\n0\r\n\r\n") == "invalid");
}

TEST_CASE("a client that closes within its body has cancelled", "[http][body]") {
  CHECK(chunked_failure("5\r\nhel") == "cancelled");
  CHECK(chunked_failure("5\r\nhello\r\n") == "cancelled");
  CHECK(chunked_failure("5\r\nhello\r\n0\r\n") == "cancelled");

  Incoming with_length(length(12), "hello");
  with_length.ends.half_close();
  CHECK(with_length.read() == "hello");
  CHECK(with_length.failure == "cancelled");
  CHECK_FALSE(with_length.body.at_end());
}

TEST_CASE("what is left of a refused body is thrown away", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length(100000), "first");
  incoming.ends.say(std::string(100'000 - 5, 'x'));

  incoming.body.discard(incoming.stream, 1'000'000, clock, std::chrono::seconds(60));

  CHECK(incoming.body.at_end());
}

TEST_CASE("a chunked body is thrown away to its end mark", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(kChunked);
  incoming.ends.say(kHelloChunked);

  incoming.body.discard(incoming.stream, 1'000'000, clock, std::chrono::seconds(60));

  CHECK(incoming.body.at_end());
}

TEST_CASE("throwing away stops at its limit", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length(100000), std::string(100'000, 'x'));

  incoming.body.discard(incoming.stream, 10, clock, std::chrono::seconds(60));

  CHECK_FALSE(incoming.body.at_end());
  CHECK_FALSE(incoming.read().empty());
}

TEST_CASE("without time nothing is thrown away", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length(5), "hello");

  incoming.body.discard(incoming.stream, 10, clock, abv::Nanos{0});

  CHECK(incoming.read() == "hello");
}

TEST_CASE("throwing away ends when the client goes", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length(100), "hello");
  incoming.ends.close();

  incoming.body.discard(incoming.stream, 1'000'000, clock, std::chrono::seconds(60));

  CHECK_FALSE(incoming.body.at_end());
}
