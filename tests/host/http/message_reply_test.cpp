#include "host/http/message_reply.hpp"

#include <string>
#include <vector>

#include "tests/host/http/two_ends.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::http::FrameStream;
using abv::http::MessageReply;
using abv::test::TwoEnds;

constexpr std::string_view kSse = "text/event-stream; charset=utf-8";

// What a client gets of an answer, between brackets a message.
class Client {
 public:
  explicit Client(std::string_view lane = "") : reply_(frames_, "lane", lane) {}

  MessageReply& reply() { return reply_; }
  FrameStream& frames() { return frames_; }

  // Everything that was sent so far. Messages are short here.
  std::string heard() {
    stream_.close();
    ends_.server.shutdownSend();
    std::string bytes;
    std::string piece(4096, '\0');
    for (int got = 1; got > 0;) {
      got = ends_.client.receiveBytes(piece.data(), static_cast<int>(piece.size()));
      bytes.append(piece, 0, static_cast<std::size_t>(got));
    }
    std::string messages;
    while (bytes.size() >= 2) {
      const auto size = static_cast<unsigned char>(bytes[1]);
      const std::size_t head = size == 126 ? 4 : 2;
      const std::size_t length =
          size == 126 ? static_cast<std::size_t>(static_cast<unsigned char>(bytes[2])) << 8 |
                            static_cast<unsigned char>(bytes[3])
                      : size;
      messages += "[" + bytes.substr(head, length) + "]";
      bytes.erase(0, head + length);
    }
    return messages;
  }

 private:
  TwoEnds ends_;
  abv::net::Stream stream_{ends_.server};
  FrameStream frames_{stream_};
  MessageReply reply_;
};

void begin_stream(MessageReply& reply) {
  reply.begin(200);
  reply.header("Content-Type", kSse);
}

}  // namespace

TEST_CASE("events become messages when they are complete", "[http][websocket]") {
  Client client;
  begin_stream(client.reply());
  CHECK(client.reply().write("event: a\ndata: {\"n\":", false).ok());
  CHECK(client.reply().write("1}\n\ndata: {\"n\":2}\n\n: comment\n\ndata: [DONE]\n\n", false).ok());
  CHECK_FALSE(client.reply().is_settled());
  CHECK(client.reply().write("", true).ok());

  CHECK(client.reply().is_settled());
  CHECK(client.heard() == R"([{"n":1}][{"n":2}])");
}

TEST_CASE("the lane stands first in every message", "[http][websocket]") {
  Client client(R"("a.1")");
  begin_stream(client.reply());
  (void)client.reply().write(
      "data:  {\"n\":1}\n\ndata: {}\n\ndata: { }\n\ndata: {\ndata: \"n\":2}\n\n", true);
  CHECK(client.heard() == "[{\"lane\":\"a.1\",\"n\":1}][{}][{ }][{\"lane\":\"a.1\",\n\"n\":2}]");
}

TEST_CASE("an answer with an error is one message with its member error", "[http][websocket]") {
  Client client(R"("l")");
  client.reply().begin(503);
  client.reply().header("content-type", "application/json");
  client.reply().header("Retry-After", "3");
  (void)client.reply().write("{\"more\":1,\"err", false);
  (void)client.reply().write("or\":{\"message\":\"m\"}}", false);
  CHECK_FALSE(client.reply().is_settled());
  (void)client.reply().write("", true);

  CHECK(client.reply().is_settled());
  CHECK(client.heard() ==
        R"([{"type":"error","lane":"l","status":503,"headers":{"retry-after":"3"},)"
        R"("error":{"message":"m"}}])");
}

TEST_CASE("an error that cannot be read is told in words of its own", "[http][websocket]") {
  const auto [body, message] = GENERATE(table<std::string, std::string>({
      {"<html>", "<html>"},
      {"", ""},
      {R"({"error":"text"})", R"({\"error\":\"text\"})"},
      {R"([{"error":{}}])", R"([{\"error\":{}}])"},
      {"\xFF", "\xEF\xBF\xBD"},
      {std::string(1000, 'x'), std::string(300, 'x')},
  }));
  CAPTURE(body);
  Client client;
  client.reply().begin(500);
  (void)client.reply().write(body, true);

  CHECK(
      client.heard() ==
      R"([{"type":"error","status":500,"error":{"type":"upstream_failed","code":null,"message":")" +
          message + R"(","param":null}}])");
}

TEST_CASE("an answer may begin again as long as nothing was written", "[http][websocket]") {
  Client client;
  begin_stream(client.reply());
  client.reply().begin(400);
  (void)client.reply().write(R"({"error":{"a":1}})", true);

  CHECK(client.heard() == R"([{"type":"error","status":400,"error":{"a":1}}])");
}

TEST_CASE("an answer that breaks off is ended by an error, whatever was begun",
          "[http][websocket]") {
  Client client;
  begin_stream(client.reply());
  (void)client.reply().write("data: {\"n\":1}\n\ndata: {\"n\":", false);
  CHECK_FALSE(client.reply().is_settled());
  client.reply().fail(502, R"({"error":{"a":1}})");

  CHECK(client.reply().is_settled());
  CHECK(client.heard() == R"([{"n":1}][{"type":"error","status":502,"error":{"a":1}}])");
}

TEST_CASE("nothing is sent behind a close frame", "[http][websocket]") {
  Client client;
  begin_stream(client.reply());
  client.frames().close(abv::net::CloseCode::kGoingAway, "");

  const auto sent = client.reply().write("data: {\"n\":1}\n\n", true);

  CHECK(sent.error().code == abv::Error::Code::kCancelled);
  CHECK_FALSE(client.reply().is_settled());
  client.frames().close(abv::net::CloseCode::kNormal, "again");
  CHECK(client.heard() == "[\x03\xE9]");
}
