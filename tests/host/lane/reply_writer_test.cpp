#include "host/lane/reply_writer.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace {

using abv::lane::is_hop_by_hop;
using abv::lane::reason_phrase;
using abv::lane::ReplyTerms;
using abv::lane::ReplyWriter;
using abv::test::VirtualClock;

// A writer and the client's end of its connection, which keeps every write apart.
struct Answer {
  explicit Answer(ReplyTerms terms = {}) : writer(stream, clock, terms) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
    stream.open(ends[0]);
    client = ends[1];
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() { leave(); }

  // What one write sent; "" when there was none.
  std::string heard() const {
    std::string bytes(std::size_t{64} * 1024, '\0');
    const ssize_t size = ::recv(client, bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return bytes;
  }

  // What all writes sent so far.
  std::string heard_all() const {
    std::string all;
    for (std::string one = heard(); !one.empty(); one = heard()) {
      all += one;
    }
    return all;
  }

  void leave() {
    if (client >= 0) {
      ::close(client);
    }
    client = -1;
  }

  abv::net::Stream stream;
  VirtualClock clock;
  ReplyWriter writer;
  int client = -1;
};

ReplyTerms http_1_0() {
  return ReplyTerms{0, false, true, 5};
}

ReplyTerms to_head() {
  return ReplyTerms{1, true, true, 5};
}

}  // namespace

TEST_CASE("an answer that comes at once is one write with its length", "[lane][writer]") {
  Answer answer;

  answer.writer.begin(200, std::nullopt);
  answer.writer.header("content-type", "application/json");
  REQUIRE(answer.writer.write("{}", true));

  CHECK(answer.heard() ==
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n"
        "keep-alive: timeout=5\r\n\r\n{}");
  CHECK(answer.heard().empty());
  CHECK(answer.writer.finished());
  CHECK(answer.writer.keep_alive());
  CHECK(answer.writer.body_bytes() == 2);
}

TEST_CASE("nothing is sent before there is something to say", "[lane][writer]") {
  Answer answer;

  answer.writer.begin(200, std::nullopt);
  answer.writer.header("a", "b");
  REQUIRE(answer.writer.write(""));

  CHECK(answer.heard().empty());
  CHECK(answer.writer.begun());
  CHECK_FALSE(answer.writer.sent());
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("a head that was not sent can be begun anew", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, 1000);
  answer.writer.header("x-old", "1");

  answer.writer.begin(502, std::nullopt);
  answer.writer.header("x-new", "2");
  REQUIRE(answer.writer.write("no", true));

  CHECK(answer.heard_all() ==
        "HTTP/1.1 502 Bad Gateway\r\nx-new: 2\r\ncontent-length: 2\r\n"
        "keep-alive: timeout=5\r\n\r\nno");
  CHECK(answer.writer.status() == 502);
}

TEST_CASE("a stream is chunked byte for byte, each piece one write", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);

  REQUIRE(answer.writer.write("data: 1\n\n"));
  CHECK(answer.heard() ==
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nkeep-alive: timeout=5\r\n\r\n"
        "9\r\ndata: 1\n\n\r\n");
  REQUIRE(answer.writer.write(std::string(300, 'x')));
  CHECK(answer.heard() == "12c\r\n" + std::string(300, 'x') + "\r\n");
  REQUIRE(answer.writer.write(""));
  CHECK(answer.heard().empty());
  REQUIRE(answer.writer.finish());
  CHECK(answer.heard() == "0\r\n\r\n");

  CHECK(answer.writer.keep_alive());
  CHECK(answer.writer.body_bytes() == 309);
}

TEST_CASE("the last piece of a stream takes its end along", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);
  REQUIRE(answer.writer.write("a"));
  (void)answer.heard();

  REQUIRE(answer.writer.write("b", true));

  CHECK(answer.heard() == "1\r\nb\r\n0\r\n\r\n");
  REQUIRE(answer.writer.finish());
  CHECK(answer.heard().empty());
}

TEST_CASE("an answer without a body has the length zero", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);

  REQUIRE(answer.writer.finish());

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=5\r\n\r\n");
}

TEST_CASE("nothing follows the end of an answer", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);
  REQUIRE(answer.writer.write("a", true));
  (void)answer.heard_all();

  REQUIRE(answer.writer.write("b"));
  REQUIRE(answer.writer.write("c", true));

  CHECK(answer.heard_all().empty());
}

TEST_CASE("a stream for HTTP/1.0 is plain and ends with the connection", "[lane][writer]") {
  Answer answer(http_1_0());
  answer.writer.begin(200, std::nullopt);

  REQUIRE(answer.writer.write("one "));
  REQUIRE(answer.writer.write("two"));
  REQUIRE(answer.writer.finish());

  CHECK(answer.heard_all() == "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\none two");
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("a whole answer for HTTP/1.0 has a length and closes too", "[lane][writer]") {
  Answer answer(http_1_0());
  answer.writer.begin(200, std::nullopt);

  REQUIRE(answer.writer.write("ok", true));

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("a connection that is not to be kept is told so", "[lane][writer]") {
  Answer answer(ReplyTerms{1, false, false, 5});
  answer.writer.begin(200, std::nullopt);

  REQUIRE(answer.writer.write("ok", true));

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("the answer to HEAD has the length and no body", "[lane][writer]") {
  Answer answer(to_head());
  answer.writer.begin(200, std::nullopt);

  REQUIRE(answer.writer.write("body", true));

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nkeep-alive: timeout=5\r\n\r\n");
  CHECK(answer.writer.keep_alive());
  CHECK(answer.writer.body_bytes() == 0);
}

TEST_CASE("the answer to HEAD may promise a length that never comes", "[lane][writer]") {
  Answer answer(to_head());
  answer.writer.begin(200, 4711);

  REQUIRE(answer.writer.finish());

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\ncontent-length: 4711\r\nkeep-alive: timeout=5\r\n\r\n");
  CHECK(answer.writer.keep_alive());
}

TEST_CASE("a stream in answer to HEAD is its head alone", "[lane][writer]") {
  Answer answer(to_head());
  answer.writer.begin(200, std::nullopt);

  REQUIRE(answer.writer.write("one"));
  REQUIRE(answer.writer.write("two"));
  REQUIRE(answer.writer.finish());

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nkeep-alive: timeout=5\r\n\r\n");
}

TEST_CASE("204 and 304 have neither body nor framing", "[lane][writer]") {
  Answer no_content;
  no_content.writer.begin(204, 5);
  REQUIRE(no_content.writer.write("xxxxx", true));
  Answer not_modified;
  not_modified.writer.begin(304, std::nullopt);
  REQUIRE(not_modified.writer.write("xxxxx"));
  REQUIRE(not_modified.writer.finish());

  CHECK(no_content.heard_all() == "HTTP/1.1 204 No Content\r\nkeep-alive: timeout=5\r\n\r\n");
  CHECK(not_modified.heard_all() == "HTTP/1.1 304 Not Modified\r\nkeep-alive: timeout=5\r\n\r\n");
  CHECK(no_content.writer.keep_alive());
}

TEST_CASE("a promised length is sent with the first piece", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, 6);

  REQUIRE(answer.writer.write("abc"));
  CHECK(answer.heard() ==
        "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nkeep-alive: timeout=5\r\n\r\nabc");
  REQUIRE(answer.writer.write("def"));
  CHECK(answer.heard() == "def");
  REQUIRE(answer.writer.finish());

  CHECK(answer.heard().empty());
  CHECK(answer.writer.keep_alive());
}

TEST_CASE("an answer that is shorter than promised costs the connection", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, 6);
  REQUIRE(answer.writer.write("abc"));

  (void)answer.writer.finish();

  CHECK_FALSE(answer.writer.keep_alive());
  CHECK_FALSE(answer.writer.finished());
}

TEST_CASE("not a byte more than promised is sent", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, 3);
  REQUIRE(answer.writer.write("abc"));
  (void)answer.heard();

  CHECK_FALSE(answer.writer.write("HTTP/1.1 200 OK\r\n\r\n"));

  CHECK(answer.heard().empty());
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("a first piece longer than promised is not sent at all", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, 3);

  CHECK_FALSE(answer.writer.write("abcd", true));

  CHECK(answer.heard().empty());
  CHECK_FALSE(answer.writer.sent());
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("an answer that is given up costs the connection", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);
  REQUIRE(answer.writer.write("a"));
  (void)answer.heard();

  answer.writer.cut();

  CHECK(answer.heard().empty());
  CHECK_FALSE(answer.writer.finished());
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("a header that would break out of its line is left out", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);

  answer.writer.header("x-a", "a\r\nb");
  answer.writer.header("x-b", "a\nset-cookie: c");
  answer.writer.header("x-c", std::string("a\0", 2));
  answer.writer.header("x d", "e");
  answer.writer.header("x-e:", "f");
  answer.writer.header("", "g");
  answer.writer.header("x-fine", "tab\tand \xc3\xa9");
  REQUIRE(answer.writer.finish());

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\nx-fine: tab\tand \xc3\xa9\r\ncontent-length: 0\r\n"
        "keep-alive: timeout=5\r\n\r\n");
}

TEST_CASE("framing and connection are the writer's own", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);

  answer.writer.header("Content-Length", "7");
  answer.writer.header("Transfer-Encoding", "gzip, chunked");
  answer.writer.header("Connection", "upgrade");
  answer.writer.header("keep-alive", "timeout=999");
  answer.writer.header("Trailer", "x");
  answer.writer.header("upgrade", "h2c");
  answer.writer.header("Proxy-Authenticate", "Basic");
  REQUIRE(answer.writer.finish());

  CHECK(answer.heard_all() ==
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=5\r\n\r\n");
}

TEST_CASE("a client that has gone makes writes fail and ends the connection", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);
  answer.leave();

  const auto written = answer.writer.write("a");

  REQUIRE_FALSE(written.ok());
  CHECK(written.error().code == abv::Error::Code::kIo);
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("the time of the first byte is noted once", "[lane][writer]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);
  const abv::Nanos first = answer.clock.now();
  REQUIRE(answer.writer.write("a"));

  answer.clock.advance(std::chrono::seconds(3));
  REQUIRE(answer.writer.write("b"));

  CHECK(answer.writer.first_byte_at() == first);
}

TEST_CASE("statuses have their phrase, and unknown ones one too", "[lane][writer]") {
  CHECK(reason_phrase(200) == "OK");
  CHECK(reason_phrase(429) == "Too Many Requests");
  CHECK(reason_phrase(529) == "Site is overloaded");
  CHECK(reason_phrase(599) == "Unknown");
}

TEST_CASE("headers of one connection are known in any case", "[lane][writer]") {
  CHECK(is_hop_by_hop("CONNECTION"));
  CHECK(is_hop_by_hop("Content-Length"));
  CHECK(is_hop_by_hop("proxy-authorization"));
  CHECK_FALSE(is_hop_by_hop("content-type"));
  CHECK_FALSE(is_hop_by_hop(""));
}

namespace {

// Writes down what it is given.
class NotingSink final : public abv::lane::AnswerSink {
 public:
  void begin(int status) override { notes += "begin " + std::to_string(status) + "\n"; }
  void header(std::string_view name, std::string_view value) override {
    notes.append(name).append("=").append(value).append("\n");
  }
  abv::Result<void> write(std::string_view bytes, bool is_last) override {
    notes.append("write ").append(bytes).append(is_last ? " last\n" : "\n");
    return is_gone ? abv::Result<void>(abv::Error{abv::Error::Code::kIo, "gone"})
                   : abv::Result<void>();
  }
  void fail(int status, std::string_view error) override {
    notes += "fail " + std::to_string(status) + " " + std::string(error) + "\n";
  }
  void settle() override { notes += "settle\n"; }

  std::string notes;
  bool is_gone = false;
};

}  // namespace

TEST_CASE("a sink gets the answer in the connection's place", "[lane][reply]") {
  NotingSink sink;
  Answer answer(ReplyTerms{1, false, true, 5, &sink});

  answer.writer.begin(200, std::nullopt);
  answer.writer.header("content-type", "text/event-stream");
  answer.writer.header("connection", "close");
  CHECK_FALSE(answer.writer.sent());
  CHECK(answer.writer.write("one").ok());
  CHECK(answer.writer.sent());
  CHECK(answer.writer.write("two", true).ok());

  CHECK(answer.writer.finished());
  CHECK(answer.writer.body_bytes() == 6);
  CHECK(sink.notes == "begin 200\ncontent-type=text/event-stream\nwrite one\nwrite two last\n");
  CHECK(answer.heard().empty());
}

TEST_CASE("a sink is told how an answer that breaks off ends", "[lane][reply]") {
  NotingSink told;
  Answer with_words(ReplyTerms{1, false, true, 5, &told});
  with_words.writer.begin(200, std::nullopt);
  with_words.writer.end_badly("sorry");
  CHECK(told.notes == "begin 200\nwrite sorry\nsettle\n");
  CHECK_FALSE(with_words.writer.finished());

  NotingSink untold;
  Answer without(ReplyTerms{1, false, true, 5, &untold});
  without.writer.begin(200, std::nullopt);
  without.writer.end_badly("");
  CHECK(untold.notes == "begin 200\n");

  NotingSink failed;
  Answer with_error(ReplyTerms{1, false, true, 5, &failed});
  CHECK(with_error.writer.takes_errors());
  with_error.writer.fail(502, "{}");
  CHECK(failed.notes == "fail 502 {}\n");
  CHECK_FALSE(with_error.writer.keep_alive());
}

TEST_CASE("a sink that takes no more ends the answer", "[lane][reply]") {
  NotingSink sink;
  sink.is_gone = true;
  Answer answer(ReplyTerms{1, false, true, 5, &sink});
  answer.writer.begin(200, std::nullopt);

  CHECK_FALSE(answer.writer.write("one", true).ok());
  CHECK_FALSE(answer.writer.finished());
}

TEST_CASE("without a sink the words that end an answer badly are sent, and nothing more",
          "[lane][reply]") {
  Answer answer;
  answer.writer.begin(200, std::nullopt);
  (void)answer.writer.write("one");
  (void)answer.heard();

  answer.writer.end_badly("sorry");

  CHECK(answer.heard_all() == "5\r\nsorry\r\n");
  CHECK_FALSE(answer.writer.keep_alive());
}

TEST_CASE("a change of protocol stands in the head", "[lane][reply]") {
  Answer switching;
  switching.writer.upgrade("websocket");
  switching.writer.begin(101, std::nullopt);
  switching.writer.header("sec-websocket-accept", "x");
  CHECK(switching.writer.finish().ok());
  CHECK(switching.heard_all() ==
        "HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: x\r\nupgrade: websocket\r\n"
        "connection: upgrade\r\n\r\n");

  Answer required;
  required.writer.upgrade("HTTP/1.1");
  required.writer.begin(426, std::nullopt);
  CHECK(required.writer.write("no", true).ok());
  CHECK(required.heard_all() ==
        "HTTP/1.1 426 Upgrade Required\r\ncontent-length: 2\r\nupgrade: HTTP/1.1\r\n"
        "connection: close, upgrade\r\n\r\nno");
  CHECK_FALSE(required.writer.keep_alive());
}
