#include <algorithm>
#include <string>
#include <vector>

#include "host/net/http1.hpp"
#include "tests/support/catch.hpp"

using abv::Error;
using abv::net::Framing;
using abv::net::HeadParser;

namespace {

constexpr const char* kOk = "HTTP/1.1 200 OK\r\n";

// Everything that a head says, as text, so that two readings can be compared.
std::string describe(const HeadParser& parser) {
  const auto& head = parser.head();
  std::string out = std::to_string(head.status) + "/" + std::to_string(head.minor_version) + "/" +
                    std::string(head.reason) + "/" +
                    std::to_string(static_cast<int>(head.framing)) + "/" +
                    std::to_string(head.content_length) + (head.keep_alive ? "/keep" : "/close");
  for (const auto& header : head.headers) {
    out.append("|").append(header.name).append("=").append(header.value);
  }
  return out;
}

std::string feed_all(HeadParser& parser, const std::vector<std::string>& pieces) {
  std::size_t taken = 0;
  for (const std::string& piece : pieces) {
    if (parser.done()) break;
    const auto got = parser.feed(piece);
    if (!got) return abv::code_name(got.error().code) + (": " + got.error().message);
    taken += *got;
  }
  return (parser.done() ? describe(parser) : std::string("unfinished")) + "#" +
         std::to_string(taken);
}

std::string read(const std::vector<std::string>& pieces, bool to_head_request = false) {
  HeadParser parser;
  parser.reset(to_head_request);
  return feed_all(parser, pieces);
}

std::vector<std::string> read_all_cuts(const std::string& text) {
  std::vector<std::string> results;
  std::vector<std::string> bytes;
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    results.push_back(read({text.substr(0, cut), text.substr(cut)}));
    bytes.push_back(text.substr(cut, 1));
  }
  results.push_back(read(bytes));
  return results;
}

bool all_equal(const std::vector<std::string>& results, const std::string& expected) {
  return !results.empty() && std::count(results.begin(), results.end(), expected) ==
                                 static_cast<std::ptrdiff_t>(results.size());
}

struct Head {
  explicit Head(const std::string& text, bool to_head_request = false) {
    parser.reset(to_head_request);
    outcome = feed_all(parser, {text});
  }
  const abv::net::ResponseHead* operator->() const { return &parser.head(); }

  HeadParser parser;
  std::string outcome;
};

}  // namespace

TEST_CASE("a head reads the same wherever it is cut") {
  const std::string text =
      "HTTP/1.1 404 Not  Found\r\nContent-Type:application/json\r\nX-Empty:\r\nX-Blank: \t a b \t "
      "\r\n"
      "Content-Length: 12\r\n\r\nbody";
  CHECK(all_equal(read_all_cuts(text),
                  "404/1/Not  Found/1/12/keep|Content-Type=application/json|X-Empty=|X-Blank=a b|"
                  "Content-Length=12#" +
                      std::to_string(text.size() - 4)));
}

TEST_CASE("headers are found in any case, the first of several") {
  const Head head(std::string(kOk) + "X-Id: 1\r\nx-id: 2\r\ncontent-length: 0\r\n\r\n");
  CHECK(head->get("X-ID") == "1");
  CHECK(head->get("x-i") == "");
  CHECK(head->find("x-other") == nullptr);
}

TEST_CASE("a status line may lack its reason") {
  CHECK(Head("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n")->status == 200);
  CHECK(Head("HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n")->reason == "");
}

TEST_CASE("framing follows the headers, the status and the method") {
  CHECK(Head(std::string(kOk) + "content-length: 5\r\n\r\n")->framing == Framing::kLength);
  CHECK(Head(std::string(kOk) + "Transfer-Encoding: Chunked\r\n\r\n")->framing ==
        Framing::kChunked);
  CHECK(Head(std::string(kOk) + "\r\n")->framing == Framing::kClose);
  CHECK(Head(std::string(kOk) + "content-length: 5\r\n\r\n", true)->framing == Framing::kNone);
  CHECK(Head("HTTP/1.1 204 No\r\n\r\n")->framing == Framing::kNone);
  CHECK(Head("HTTP/1.1 304 No\r\ncontent-length: 5\r\n\r\n")->framing == Framing::kNone);
  CHECK(Head("HTTP/1.1 101 Up\r\nupgrade: x\r\n\r\n")->framing == Framing::kNone);
}

TEST_CASE("a connection is kept as version and connection header say") {
  const std::string length = "content-length: 0\r\n\r\n";
  CHECK(Head(kOk + length)->keep_alive);
  CHECK_FALSE(Head(std::string(kOk) + "Connection: x, Close\r\n" + length)->keep_alive);
  CHECK_FALSE(Head("HTTP/1.0 200 OK\r\n" + length)->keep_alive);
  CHECK(Head("HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\n" + length)->keep_alive);
  CHECK_FALSE(Head(std::string(kOk) + "\r\n")->keep_alive);
}

TEST_CASE("equal repetitions of a content-length count as one") {
  CHECK(Head(std::string(kOk) + "content-length: 5\r\ncontent-length: 5\r\n\r\n")->content_length ==
        5);
  CHECK(Head(std::string(kOk) + "content-length: 5, 5\r\n\r\n")->content_length == 5);
}

TEST_CASE("what two readers could understand differently is refused wherever it is cut") {
  const std::string headers = GENERATE(
      as<std::string>{}, "content-length: 5\r\ncontent-length: 6", "content-length: 5, 6",
      "content-length: +5", "content-length: -5", "content-length: 5 5", "content-length: 0x5",
      "content-length:", "content-length: 5,", "content-length: 99999999999999999999",
      "content-length: 5\r\ntransfer-encoding: chunked",
      "transfer-encoding: chunked\r\ncontent-length: 5", "transfer-encoding: gzip, chunked",
      "transfer-encoding: chunked\r\ntransfer-encoding: chunked", "transfer-encoding: xchunked",
      "transfer-encoding:", "transfer-encoding: chunked, identity", "content-length : 5",
      "x: a\r\n folded", "x: a\r\n\tfolded", " x: a", ": a", "no colon", "x: a\rb", "x: a\nb: c",
      std::string("x: a\0b", 6), "x\x01: a", "x: a\x7f");
  const auto results = read_all_cuts(kOk + headers + "\r\n\r\n");
  CAPTURE(headers, results.front());
  CHECK(std::all_of(results.begin(), results.end(),
                    [](const std::string& one) { return one.starts_with("invalid: "); }));
}

TEST_CASE("a transfer-encoding in an HTTP/1.0 answer is refused") {
  CHECK_THAT(read({"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"}),
             Catch::Matchers::StartsWith("invalid: "));
}

TEST_CASE("a malformed status line is refused") {
  const std::string line =
      GENERATE(as<std::string>{}, "HTTP/2 200 OK", "HTTP/1.2 200 OK", "HTTP/1.1  200 OK",
               "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK", "HTTP/1.1 2x0 OK",
               "http/1.1 200 OK", "HTTP/1.1", "HTTP/1.1 200\tOK", "HTTP/1.1 200 O\x01K");
  CAPTURE(line);
  CHECK_THAT(read({line + "\r\n\r\n"}), Catch::Matchers::StartsWith("invalid: "));
}

TEST_CASE("what is not HTTP is refused at its first bytes") {
  CHECK_THAT(read({"\x15\x03\x01"}), Catch::Matchers::StartsWith("invalid: "));
  CHECK_THAT(read({"SSH-2.0"}), ContainsSubstring("\"SSH-2.0\""));
}

TEST_CASE("a head over its limits is refused") {
  std::string many = kOk;
  for (int i = 0; i < 257; ++i)
    many += "x: y\r\n";
  CHECK_THAT(read({many + "\r\n"}), Catch::Matchers::StartsWith("limit: "));
  CHECK_THAT(read({kOk + ("x: " + std::string(70000, 'y'))}),
             Catch::Matchers::StartsWith("limit: "));
}

TEST_CASE("a parser reads head after head") {
  HeadParser parser;
  parser.reset();
  feed_all(parser, {"HTTP/1.1 200 OK\r\na: 1\r\ncontent-length: 3\r\n\r\n"});
  parser.reset();
  CHECK(parser.empty());
  CHECK(feed_all(parser, {"HTTP/1.1 201 Made\r\nb: 2\r\n\r\n"}) == "201/1/Made/3/0/close|b=2#27");
}
