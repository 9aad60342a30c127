#include "host/net/request_parser.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

using abv::net::Framing;
using abv::net::RequestParser;
using State = RequestParser::State;

const std::string kLine = "GET /a?b=c HTTP/1.1\r\n";
const std::string kHost = "Host: a\r\n";

// Everything that a head says, as text, so that two readings can be compared.
std::string describe(const RequestParser& parser) {
  const auto& head = parser.head();
  std::string out = std::string(head.method) + " " + std::string(head.target) + "/" +
                    std::to_string(head.minor_version) + "/" +
                    std::to_string(static_cast<int>(head.framing)) + "/" +
                    std::to_string(head.content_length) + (head.keep_alive ? "/keep" : "/close") +
                    (head.expects_continue ? "/expects" : "");
  for (const auto& header : head.headers) {
    out.append("|").append(header.name).append("=").append(header.value);
  }
  return out + "#" + std::to_string(parser.size());
}

std::string outcome(const RequestParser& parser, State state) {
  return state == State::kComplete     ? describe(parser)
         : state == State::kIncomplete ? "incomplete"
                                       : std::to_string(parser.status()) + " " + parser.fault();
}

// Gives the parser ever more of the text, `step` bytes at a time, each time in another place.
std::string read(const std::string& text, std::size_t step = std::string::npos) {
  RequestParser parser;
  parser.reset();
  State state = State::kIncomplete;
  std::string arrived;
  for (std::size_t at = 0; at < text.size() && state == State::kIncomplete;) {
    const std::size_t more = std::min(step, text.size() - at);
    at += more;
    arrived = text.substr(0, at);
    state = parser.parse(arrived);
  }
  return outcome(parser, state);
}

std::string with(const std::string& headers) {
  return read(kLine + kHost + headers + "\r\n");
}

std::string many_headers(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += "x: y\r\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a request head is read into its parts", "[net][request]") {
  CHECK(read("POST /v1/x HTTP/1.1\r\nHost: a\r\nX-Y:  z \t\r\nEmpty:\r\ncontent-length: 5\r\n\r\n"
             "hello") == "POST /v1/x/1/1/5/keep|Host=a|X-Y=z|Empty=|content-length=5#70");
}

TEST_CASE("a head may arrive in pieces of any size", "[net][request]") {
  const std::string text = "POST /x HTTP/1.1\r\nhost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string whole = read(text);
  REQUIRE(whole == "POST /x/1/2/0/keep|host=a|Transfer-Encoding=chunked#57");

  CHECK(read(text, 1) == whole);
  CHECK(read(text, 2) == whole);
  CHECK(read(text, 7) == whole);
  CHECK(read(text, 30) == whole);
}

TEST_CASE("a parser reads one head after the other", "[net][request]") {
  RequestParser parser;
  const std::string first =
      "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 7\r\nConnection: close\r\n\r\n";
  const std::string second = kLine + kHost + "\r\n";
  parser.reset();
  REQUIRE(parser.parse(first) == State::kComplete);

  parser.reset();

  REQUIRE(parser.parse(second) == State::kComplete);
  CHECK(describe(parser) == "GET /a?b=c/1/0/0/keep|Host=a#32");
}

TEST_CASE("a head that is not at its end is incomplete", "[net][request]") {
  CHECK(read("G") == "incomplete");
  CHECK(read("GET /a") == "incomplete");
  CHECK(read(kLine + kHost) == "incomplete");
  CHECK(read(kLine + kHost + "\r") == "incomplete");
}

TEST_CASE("whether a connection is kept is said by version and header", "[net][request]") {
  CHECK_THAT(with("Connection: close\r\n"), ContainsSubstring("/close"));
  CHECK_THAT(with("Connection: x, CLOSE\r\n"), ContainsSubstring("/close"));
  CHECK_THAT(with("Connection: keep-alive\r\nConnection: close\r\n"), ContainsSubstring("/close"));
  CHECK_THAT(with("Connection: closed\r\n"), ContainsSubstring("/keep"));
  CHECK_THAT(read("GET / HTTP/1.0\r\n\r\n"), ContainsSubstring("/close"));
  CHECK_THAT(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), ContainsSubstring("/keep"));
}

TEST_CASE("only HTTP/1.1 waits to be asked for its body", "[net][request]") {
  CHECK_THAT(with("Expect: 100-Continue\r\n"), ContainsSubstring("/expects"));
  CHECK_THAT(with("Expect: something\r\n"), !ContainsSubstring("/expects"));
  CHECK_THAT(read("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"),
             !ContainsSubstring("/expects"));
}

TEST_CASE("a line that is no request line is refused", "[net][request][smuggling]") {
  const auto starts = [](const std::string& line) {
    return read(line + "\r\n" + kHost + "\r\n").substr(0, 27);
  };
  const std::string wanted = "400 expected a request line";

  CHECK(starts("GET /a") == wanted);
  CHECK(starts("GET  /a HTTP/1.1") == wanted);
  CHECK(starts("GET /a  HTTP/1.1") == wanted);
  CHECK(starts("GET /a HTTP/1.1 ") == wanted);
  CHECK(starts("GET /a b HTTP/1.1") == wanted);
  CHECK(starts("GET /a\tb HTTP/1.1") == wanted);
  CHECK(starts("GET /a http/1.1") == wanted);
  CHECK(starts("GET /a HTTP/11") == wanted);
  CHECK(starts("GET /a HTTP/1.10") == wanted);
  CHECK(starts("GET /a\x01 HTTP/1.1") == wanted);
  CHECK(starts("GET /a HTTP/1.1\rX: y") == wanted);
}

TEST_CASE("what cannot become a method is refused before a line is complete", "[net][request]") {
  CHECK_THAT(read("\x16\x03\x01"), ContainsSubstring("400 expected a method"));
  CHECK_THAT(read(" GET"), ContainsSubstring("400 expected a method"));
  CHECK_THAT(read("GET\t/a"), ContainsSubstring("400 expected a method"));
  CHECK_THAT(read("G\r\n"), ContainsSubstring("400 expected a method"));
  CHECK_THAT(read(std::string(33, 'x')), ContainsSubstring("400 expected a method"));
  CHECK(read(std::string(32, 'x')) == "incomplete");
}

TEST_CASE("only the versions 1.0 and 1.1 are known", "[net][request]") {
  CHECK(read("GET / HTTP/2.0\r\n\r\n") == "505 expected HTTP/1.0 or HTTP/1.1, got \"HTTP/2.0\"");
  CHECK(read("GET / HTTP/1.2\r\n\r\n").substr(0, 3) == "505");
  CHECK(read("GET / HTTP/0.9\r\n\r\n").substr(0, 3) == "505");
  CHECK(read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").substr(0, 3) == "505");
}

TEST_CASE("lines end in CRLF", "[net][request][smuggling]") {
  const std::string wanted = "400 a line does not end in CRLF";

  CHECK(read("GET / HTTP/1.1\nHost: a\n\n") == wanted);
  CHECK(read(kLine + "Host: a\n\r\n") == wanted);
  CHECK(read(kLine + kHost + "\n") == wanted);
  CHECK(read(kLine + kHost + "\nGET") == wanted);
  CHECK_THAT(read(kLine + kHost + "a: b\rc: d\r\n\r\n"),
             ContainsSubstring("400 control character"));
  CHECK_THAT(read(kLine + kHost + "a: b\r\r\n\r\n"), ContainsSubstring("400 control character"));
}

TEST_CASE("a header line that others read differently is refused", "[net][request][smuggling]") {
  const std::string wanted = "400 malformed header line";
  const auto refusal = [](const std::string& line) { return with(line + "\r\n").substr(0, 25); };

  CHECK(refusal("a : b") == wanted);
  CHECK(refusal("a\t: b") == wanted);
  CHECK(refusal("a: b\r\n c") == wanted);
  CHECK(refusal("a: b\r\n\tc: d") == wanted);
  CHECK(refusal("no colon") == wanted);
  CHECK(refusal(": b") == wanted);
  CHECK(refusal("a b: c") == wanted);
  CHECK(refusal("a(): c") == wanted);
  CHECK(refusal(std::string("a\0: c", 5)) == wanted);
  CHECK_THAT(with(std::string("a: b\0c\r\n", 8)), ContainsSubstring("400 control character"));
}

TEST_CASE("there is exactly one host", "[net][request][smuggling]") {
  const std::string wanted = "400 expected exactly one host header";

  CHECK(read(kLine + "\r\n") == wanted);
  CHECK(with("host: b\r\n") == wanted);
  CHECK(with("HOST: a\r\n") == wanted);
  CHECK(read("GET / HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n") == wanted);
  CHECK(read("GET / HTTP/1.0\r\n\r\n") == "GET //0/0/0/close#18");
}

TEST_CASE("two ways to find the end of a body are one too many", "[net][request][smuggling]") {
  CHECK(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") ==
        "400 content-length and transfer-encoding together");
  CHECK(with("transfer-encoding: chunked\r\ncontent-length: 0\r\n") ==
        "400 content-length and transfer-encoding together");
  CHECK(with("content-length: 5\r\nCONTENT-LENGTH: 6\r\n") ==
        "400 two different content-length headers");
  CHECK(with("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n") ==
        "400 more than one transfer-encoding header");
  CHECK(read("GET / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n") ==
        "400 transfer-encoding in an HTTP/1.0 request");
}

TEST_CASE("the same length twice is one length", "[net][request][smuggling]") {
  CHECK_THAT(with("content-length: 5\r\nContent-Length: 5\r\n"), ContainsSubstring("/1/5/keep"));
}

TEST_CASE("a length is written in digits and nothing else", "[net][request][smuggling]") {
  const std::string wanted = "400 expected a content-length in digits";
  const auto refusal = [](const std::string& text) {
    return with("Content-Length: " + text + "\r\n");
  };

  CHECK(refusal("") == wanted);
  CHECK(refusal("+5") == wanted);
  CHECK(refusal("-5") == wanted);
  CHECK(refusal("5, 5") == wanted);
  CHECK(refusal("0x5") == wanted);
  CHECK(refusal("5 5") == wanted);
  CHECK(refusal("5.0") == wanted);
  CHECK(refusal("five") == wanted);
  CHECK(refusal("18446744073709551616") == wanted);
}

TEST_CASE("only the coding chunked is known", "[net][request][smuggling]") {
  const std::string wanted = "400 expected transfer-encoding \"chunked\"";
  const auto refusal = [](const std::string& text) {
    return with("Transfer-Encoding: " + text + "\r\n");
  };

  CHECK(refusal("gzip") == wanted);
  CHECK(refusal("gzip, chunked") == wanted);
  CHECK(refusal("chunked, identity") == wanted);
  CHECK(refusal("identity") == wanted);
  CHECK(refusal("xchunked") == wanted);
  CHECK(refusal("") == wanted);
  CHECK_THAT(refusal("chunked\x0b"), ContainsSubstring("400 control character"));
}

TEST_CASE("heads have limits", "[net][request]") {
  const std::string long_target = "/" + std::string(RequestParser::kMaxLine, 'x');

  CHECK(read("GET " + long_target).substr(0, 3) == "414");
  CHECK(read("GET " + long_target + " HTTP/1.1\r\n").substr(0, 3) == "414");
  CHECK(with(many_headers(RequestParser::kMaxHeaders)) == "431 head has more than 100 headers");
  CHECK_THAT(with(many_headers(RequestParser::kMaxHeaders - 1)), ContainsSubstring("GET /a"));
  CHECK(with("x: " + std::string(RequestParser::kMaxBytes, 'y') + "\r\n") ==
        "431 head is larger than 64 KiB");
  CHECK(read(kLine + "x: " + std::string(RequestParser::kMaxBytes, 'y')) ==
        "431 head is larger than 64 KiB");
}

TEST_CASE("a wish for a WebSocket is known by method, version, and both of its headers",
          "[net][request]") {
  const auto wants = [](const std::string& line, const std::string& headers) {
    RequestParser parser;
    parser.reset();
    const std::string text = line + kHost + headers + "\r\n";
    return parser.parse(text) == State::kComplete && parser.head().wants_websocket;
  };
  const std::string upgrade = "Upgrade: websocket\r\n";
  const std::string connection = "Connection: Upgrade\r\n";

  CHECK(wants(kLine, upgrade + connection));
  CHECK(wants(kLine, "connection: keep-alive, UPGRADE\r\nupgrade: h2c, WebSocket\r\n"));
  CHECK_FALSE(wants(kLine, upgrade));
  CHECK_FALSE(wants(kLine, connection));
  CHECK_FALSE(wants(kLine, connection + "Upgrade: h2c\r\n"));
  CHECK_FALSE(wants(kLine, connection + "Upgrade: websocket/13\r\n"));
  CHECK_FALSE(wants("POST /a HTTP/1.1\r\n", upgrade + connection));
  CHECK_FALSE(wants("GET /a HTTP/1.0\r\n", upgrade + connection));
}
