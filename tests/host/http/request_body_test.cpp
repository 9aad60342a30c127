#include "host/http/request_body.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/host/http/two_ends.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace {

using abv::Error;
using abv::http::RequestBody;
using abv::net::Header;
using abv::test::TwoEnds;
using abv::test::VirtualClock;
using Headers = std::vector<Header>;

const Headers kChunked{{"Transfer-Encoding", "chunked"}};
const std::string kHelloChunked = "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nTrailer: z\r\n\r\n";

Headers length(const char* text) {
  return {{"Content-Length", text}};
}

// A connection, and a body that arrives on it.
struct Incoming {
  explicit Incoming(const Headers& headers, const std::string& read_ahead = "")
      : stream(ends.server), made(RequestBody::make(headers, read_ahead, stream)) {
    REQUIRE(made.ok());
  }

  // Reads with a buffer of `step` bytes to the end, or until it fails.
  std::string read(std::size_t step = 4096) {
    std::string all;
    std::string buffer(step, '\0');
    while (true) {
      const auto n = made->read(buffer);
      if (!n || *n == 0) {
        failure = n ? "" : abv::code_name(n.error().code);
        return all;
      }
      all.append(buffer, 0, *n);
    }
  }

  TwoEnds ends;
  abv::net::Stream stream;
  abv::Result<RequestBody> made;
  std::string failure;
};

std::string refusal(const Headers& headers) {
  abv::net::Stream stream;
  const auto body = RequestBody::make(headers, "", stream);
  if (body) {
    return "(accepted)";
  }
  return body.error().code == Error::Code::kInvalid ? body.error().message : "(other code)";
}

// The chunked text cut after each byte: the first part was read ahead, the rest comes on the wire.
// Gives the cuts after which something else than the content was read.
std::string bad_cuts(const std::string& wire, const std::string& content, std::size_t step) {
  std::string bad;
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    Incoming incoming(kChunked, wire.substr(0, cut));
    incoming.ends.say(wire.substr(cut));
    const bool is_right =
        incoming.read(step) == content && incoming.failure.empty() && incoming.made->at_end();
    bad += is_right ? "" : std::to_string(cut) + " ";
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
  Incoming incoming({{"content-type", "text/plain"}}, "GET / HTTP/1.1\r\n");

  CHECK(incoming.made->length() == 0u);
  CHECK(incoming.read().empty());
  CHECK_FALSE(incoming.made->at_end());
}

TEST_CASE("an empty body is over at once, whatever its framing header", "[http][body]") {
  CHECK(Incoming({}).made->at_end());
  CHECK(Incoming(length("0")).made->at_end());
}

TEST_CASE("a body with a length is read to its last byte", "[http][body]") {
  Incoming incoming(length("12"));
  CHECK(incoming.made->length() == 12u);
  incoming.ends.say("hello, world");

  CHECK(incoming.read() == "hello, world");

  CHECK(incoming.failure.empty());
  CHECK(incoming.made->at_end());
}

TEST_CASE("what was read ahead comes first", "[http][body]") {
  Incoming incoming(length("12"), "hello");
  incoming.ends.say(", world");

  CHECK(incoming.read(3) == "hello, world");
  CHECK(incoming.made->at_end());
}

TEST_CASE("a body does not take a byte of the next request", "[http][body]") {
  Incoming read_ahead(length("5"), "helloGET /next");
  Incoming on_the_wire(length("5"));
  on_the_wire.ends.say("helloGET /next");

  CHECK(read_ahead.read() == "hello");
  CHECK_FALSE(read_ahead.made->at_end());
  CHECK(on_the_wire.read() == "hello");
  CHECK(on_the_wire.made->at_end());
}

TEST_CASE("the rest behind a chunked body is not lost unnoticed", "[http][body]") {
  Incoming read_ahead(kChunked, kHelloChunked + "GET /next");
  Incoming on_the_wire(kChunked);
  on_the_wire.ends.say(kHelloChunked + "GET /next");

  CHECK(read_ahead.read() == "hello, world");
  CHECK_FALSE(read_ahead.made->at_end());
  CHECK(on_the_wire.read() == "hello, world");
  CHECK_FALSE(on_the_wire.made->at_end());
}

TEST_CASE("a chunked body has no length and is decoded", "[http][body]") {
  Incoming incoming(kChunked);
  CHECK_FALSE(incoming.made->length().has_value());
  incoming.ends.say(kHelloChunked);

  CHECK(incoming.read() == "hello, world");

  CHECK(incoming.failure.empty());
  CHECK(incoming.made->at_end());
}

TEST_CASE("a chunked body may be cut anywhere", "[http][body]") {
  CHECK(bad_cuts(kHelloChunked, "hello, world", 4096) == "");
}

TEST_CASE("a chunked body may be cut anywhere and read byte by byte", "[http][body]") {
  CHECK(bad_cuts(kHelloChunked, "hello, world", 1) == "");
  CHECK(bad_cuts(kHelloChunked, "hello, world", 3) == "");
}

TEST_CASE("a body tells whether another request was read ahead behind it", "[http][body]") {
  CHECK_FALSE(Incoming({}).made->is_followed());
  CHECK(Incoming({}, "G").made->is_followed());
  CHECK_FALSE(Incoming(length("5"), "hel").made->is_followed());
  CHECK_FALSE(Incoming(length("5"), "hello").made->is_followed());
  CHECK(Incoming(length("5"), "helloG").made->is_followed());
}

TEST_CASE("an empty chunked body is over after its end mark", "[http][body]") {
  Incoming incoming(kChunked, "0\r\n\r\n");
  CHECK_FALSE(incoming.made->at_end());

  CHECK(incoming.read().empty());

  CHECK(incoming.failure.empty());
  CHECK(incoming.made->at_end());
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

  Incoming with_length(length("12"), "hello");
  with_length.ends.half_close();
  CHECK(with_length.read() == "hello");
  CHECK(with_length.failure == "cancelled");
  CHECK_FALSE(with_length.made->at_end());
}

TEST_CASE("two ways to find the end of a body are one too many", "[http][body][smuggling]") {
  CHECK(refusal({{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}) ==
        "request head: content-length and transfer-encoding together");
  CHECK(refusal({{"transfer-encoding", "chunked"}, {"content-length", "0"}}) ==
        "request head: content-length and transfer-encoding together");
  CHECK(refusal({{"content-length", "5"}, {"CONTENT-LENGTH", "6"}}) ==
        "request head: two different content-length headers");
  CHECK(refusal({{"transfer-encoding", "chunked"}, {"transfer-encoding", "chunked"}}) ==
        "request head: more than one transfer-encoding header");
}

TEST_CASE("the same length twice is one length", "[http][body][smuggling]") {
  Incoming incoming({{"content-length", "5"}, {"Content-Length", "5"}}, "hello");

  CHECK(incoming.made->length() == 5u);
}

TEST_CASE("a length is written in digits and nothing else", "[http][body][smuggling]") {
  const std::string wanted = "request head: expected a content-length in digits";

  CHECK(refusal(length("")) == wanted);
  CHECK(refusal(length("+5")) == wanted);
  CHECK(refusal(length("-5")) == wanted);
  CHECK(refusal(length("5, 5")) == wanted);
  CHECK(refusal(length("0x5")) == wanted);
  CHECK(refusal(length("5 ")) == wanted);
  CHECK(refusal(length("5.0")) == wanted);
  CHECK(refusal(length("five")) == wanted);
  CHECK(refusal(length("18446744073709551616")) == wanted);
}

TEST_CASE("only the coding chunked is known", "[http][body][smuggling]") {
  const std::string wanted = "request head: expected transfer-encoding \"chunked\"";

  CHECK(refusal({{"transfer-encoding", "gzip"}}) == wanted);
  CHECK(refusal({{"transfer-encoding", "gzip, chunked"}}) == wanted);
  CHECK(refusal({{"transfer-encoding", "chunked, identity"}}) == wanted);
  CHECK(refusal({{"transfer-encoding", "identity"}}) == wanted);
  CHECK(refusal({{"transfer-encoding", "xchunked"}}) == wanted);
  CHECK(refusal({{"transfer-encoding", "chunked\x0b"}}) == wanted);
  CHECK(refusal({{"transfer-encoding", ""}}) == wanted);
}

TEST_CASE("a header name with a blank or other strange characters is refused",
          "[http][body][smuggling]") {
  const std::string wanted = "request head: expected header names of token characters";

  CHECK(refusal({{"Content-Length ", "5"}}) == wanted);
  CHECK(refusal({{"Transfer-Encoding\t", "chunked"}}) == wanted);
  CHECK(refusal({{" content-length", "5"}}) == wanted);
  CHECK(refusal({{"a b", "c"}}) == wanted);
  CHECK(refusal({{"", "c"}}) == wanted);
}

TEST_CASE("what is left of a refused body is thrown away", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length("100000"), "first");
  incoming.ends.say(std::string(100'000 - 5, 'x'));

  incoming.made->discard(1'000'000, clock, std::chrono::seconds(60));

  CHECK(incoming.made->at_end());
}

TEST_CASE("a chunked body is thrown away to its end mark", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(kChunked);
  incoming.ends.say(kHelloChunked);

  incoming.made->discard(1'000'000, clock, std::chrono::seconds(60));

  CHECK(incoming.made->at_end());
}

TEST_CASE("throwing away stops at its limit", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length("100000"), std::string(100'000, 'x'));

  incoming.made->discard(10, clock, std::chrono::seconds(60));

  CHECK_FALSE(incoming.made->at_end());
  CHECK_FALSE(incoming.read().empty());
}

TEST_CASE("without time nothing is thrown away", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length("5"), "hello");

  incoming.made->discard(10, clock, abv::Nanos{0});

  CHECK(incoming.read() == "hello");
}

TEST_CASE("throwing away ends when the client goes", "[http][body][discard]") {
  const VirtualClock clock;
  Incoming incoming(length("100"), "hello");
  incoming.ends.close();

  incoming.made->discard(1'000'000, clock, std::chrono::seconds(60));

  CHECK_FALSE(incoming.made->at_end());
}
