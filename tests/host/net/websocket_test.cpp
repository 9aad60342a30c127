#include "host/net/websocket.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

using abv::net::close_payload;
using abv::net::CloseCode;
using abv::net::FrameHead;
using abv::net::is_websocket_key;
using abv::net::Opcode;
using abv::net::websocket_accept;
using abv::net::WebSocketParser;
using State = WebSocketParser::State;
using namespace std::string_literals;

constexpr std::uint64_t kLongest = 100'000;
constexpr unsigned kFinal = 0x80;
constexpr unsigned kText = 1;
constexpr unsigned kContinuation = 0;
constexpr unsigned kClose = 8;
constexpr unsigned kPing = 9;
constexpr unsigned kPong = 10;

std::string byte(unsigned value) {
  return std::string(1, static_cast<char>(value));
}

// The length of a frame in so many bytes of its own, with the bit that says "masked".
std::string length(std::uint64_t size, int bytes) {
  std::string text = byte(0x80u | static_cast<unsigned>(bytes == 0   ? size
                                                        : bytes == 2 ? 126u
                                                                     : 127u));
  for (int i = bytes - 1; i >= 0; --i) {
    text += byte(static_cast<unsigned>(size >> (8 * i)) & 0xFF);
  }
  return text;
}

std::string masked(std::string_view payload) {
  const std::string mask = "\x37\xFA\x21\x3D";
  std::string text = mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    text += static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return text;
}

// A frame as a client sends it.
std::string frame(unsigned first, std::string_view payload) {
  const int bytes = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
  return byte(first) + length(payload.size(), bytes) + masked(payload);
}

std::string close_frame(unsigned code, std::string_view reason = "") {
  return frame(kFinal | kClose, byte(code >> 8) + byte(code & 0xFF) + std::string(reason));
}

// What a parser makes of the pieces, in words.
std::string heard(const std::vector<std::string_view>& pieces, std::uint64_t longest = kLongest) {
  WebSocketParser parser(longest);
  std::string words;
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      switch (parser.read(piece)) {
        case State::kMessage:
          words += "message(" + parser.message() + ") ";
          break;
        case State::kPing:
          words += "ping(" + std::string(parser.payload()) + ") ";
          break;
        case State::kPong:
          words += "pong(" + std::string(parser.payload()) + ") ";
          break;
        case State::kClose:
          return words + "close(" + std::to_string(static_cast<int>(parser.close_code())) + " " +
                 parser.reason() + ")";
        case State::kRefused:
          return words + "refused(" + std::to_string(static_cast<int>(parser.close_code())) + ")";
        case State::kIncomplete:
          break;
      }
    }
  }
  return words + (parser.is_within() ? "…" : "");
}

std::string heard(std::string_view bytes) {
  return heard(std::vector<std::string_view>{bytes});
}

// How many ways to cut it in two, or into single bytes, give something else than the whole does.
int count_differences(std::string_view bytes) {
  const std::string whole = heard(bytes);
  int differences = 0;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    differences += heard({bytes.substr(0, cut), bytes.substr(cut)}) == whole ? 0 : 1;
  }
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    single.push_back(bytes.substr(i, 1));
  }
  return differences + (heard(single) == whole ? 0 : 1);
}

}  // namespace

TEST_CASE("the key of the RFC's example gets the answer of the RFC", "[net][websocket]") {
  CHECK(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a key is 16 bytes in base64", "[net][websocket]") {
  CHECK(is_websocket_key("dGhlIHNhbXBsZSBub25jZQ=="));
  CHECK(is_websocket_key("++++++++++//////////AA=="));
  CHECK_FALSE(is_websocket_key(""));
  CHECK_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQ="));
  CHECK_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQ"));
  CHECK_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQA="));
  CHECK_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25jZ-=="));
  CHECK_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="));
}

TEST_CASE("a message of one frame is read, whatever form its length has", "[net][websocket]") {
  const auto size = GENERATE(0u, 1u, 125u, 126u, 127u, 65535u, 65536u, 99'999u);
  CAPTURE(size);
  const std::string text(size, 'x');

  CHECK(heard(frame(kFinal | kText, text)) == "message(" + text + ") ");
}

TEST_CASE("fragments become one message, and control frames may stand between them",
          "[net][websocket]") {
  const std::string bytes = frame(kText, "one \xE2\x82") + frame(kFinal | kPing, "here?") +
                            frame(kContinuation, "") + frame(kContinuation, "\xAC two") +
                            frame(kFinal | kPong, "") + frame(kFinal | kContinuation, " three") +
                            frame(kFinal | kText, "next") + close_frame(1000, "bye");

  CHECK(heard(bytes) ==
        "ping(here?) pong() message(one \xE2\x82\xAC two three) message(next) close(1000 bye)");
  CHECK(count_differences(bytes) == 0);
}

TEST_CASE("a long message is the same wherever it is cut", "[net][websocket]") {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += static_cast<char>('a' + i % 26);
  }
  CHECK(count_differences(frame(kFinal | kText, text)) == 0);
}

TEST_CASE("a close frame may come without a code", "[net][websocket]") {
  CHECK(heard(frame(kFinal | kClose, "")) == "close(0 )");
}

TEST_CASE("every code that may be sent closes, and every other one is refused",
          "[net][websocket]") {
  const auto good = GENERATE(1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u,
                             1013u, 1014u, 3000u, 3999u, 4000u, 4999u);
  const auto bad =
      GENERATE(0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65535u);
  CHECK(heard(close_frame(good)) == "close(" + std::to_string(good) + " )");
  CHECK(heard(close_frame(bad)) == "refused(1002)");
}

TEST_CASE("what breaks a rule of the RFC is refused with the code of that rule, at every cut",
          "[net][websocket]") {
  const auto [what, bytes, code] = GENERATE(table<std::string, std::string, int>({
      {"a frame is not masked", "\x81\x02hi", 1002},
      {"the first reserved bit", frame(0xC1, "hi"), 1002},
      {"the second reserved bit", frame(0xA1, "hi"), 1002},
      {"the third reserved bit", frame(0x91, "hi"), 1002},
      {"a reserved bit in a control frame", frame(0xC9, ""), 1002},
      {"opcode 3", frame(0x83, ""), 1002},
      {"opcode 7", frame(0x87, ""), 1002},
      {"opcode 11", frame(0x8B, ""), 1002},
      {"opcode 15", frame(0x8F, ""), 1002},
      {"a binary message", frame(0x82, "hi"), 1003},
      {"the first fragment of a binary message", frame(0x02, "hi"), 1003},
      {"a continuation of nothing", frame(kFinal | kContinuation, "hi"), 1002},
      {"a continuation of nothing, not the last", frame(kContinuation, "hi"), 1002},
      {"a message within another", frame(kText, "a") + frame(kFinal | kText, "b"), 1002},
      {"a binary message within another", frame(kText, "a") + frame(0x82, "b"), 1002},
      {"a fragmented ping", frame(kPing, "a"), 1002},
      {"a fragmented close", frame(kClose, ""), 1002},
      {"a ping of 126 bytes", frame(kFinal | kPing, std::string(126, 'p')), 1002},
      {"a close of 126 bytes", close_frame(1000, std::string(124, 'c')), 1002},
      {"a length of 5 in two bytes", byte(0x81) + length(5, 2) + masked("hello"), 1002},
      {"a length of 125 in two bytes", byte(0x81) + length(125, 2) + masked("x"), 1002},
      {"a length of 126 in eight bytes", byte(0x81) + length(126, 8) + masked("x"), 1002},
      {"a length of 65535 in eight bytes", byte(0x81) + length(65535, 8) + masked("x"), 1002},
      {"a length of 2^63", byte(0x81) + length(std::uint64_t{1} << 63, 8) + masked("x"), 1002},
      {"a close frame of one byte", frame(kFinal | kClose, "\x03"), 1002},
      {"a close reason that is not UTF-8", close_frame(1000, "\xFF"), 1007},
      {"a close reason that ends within a character", close_frame(1000, "\xE2\x82"), 1007},
      {"a message that is not UTF-8", frame(kFinal | kText, "a\xC0\xAF"), 1007},
      {"a message that ends within a character", frame(kFinal | kText, "\xE2\x82"), 1007},
      {"a character that is cut by the next message",
       frame(kText, "\xE2\x82") + frame(kFinal | kContinuation, "a"), 1007},
      {"a message that is too long", frame(kFinal | kText, std::string(kLongest + 1, 'x')), 1009},
      {"fragments that are too long together",
       frame(kText, std::string(kLongest, 'x')) + frame(kFinal | kContinuation, "y"), 1009},
  }));
  CAPTURE(what);

  CHECK(heard(bytes) == "refused(" + std::to_string(code) + ")");
  const std::string_view begin = std::string_view(bytes).substr(0, 300);
  CHECK((bytes.size() > 300 || count_differences(begin) == 0));
}

TEST_CASE("a message is refused for its length before its bytes are there", "[net][websocket]") {
  CHECK(heard(byte(0x81) + length(std::uint64_t{1} << 62, 8) + "mask") == "refused(1009)");
  CHECK(heard(byte(0x01) + length(kLongest + 1, 8) + "mask") == "refused(1009)");
}

TEST_CASE("text that is not UTF-8 is refused before its message is there", "[net][websocket]") {
  CHECK(heard(frame(kText, "good \xFF")) == "refused(1007)");
}

TEST_CASE("messages before one that is refused are heard", "[net][websocket]") {
  CHECK(heard(frame(kFinal | kText, "good") + frame(0x83, "")) == "message(good) refused(1002)");
}

TEST_CASE("a parser tells whether it is in the middle of something", "[net][websocket]") {
  const std::string first = frame(kText, "a");
  CHECK(heard(first.substr(0, 1)) == "…");
  CHECK(heard(first) == "…");
  CHECK(heard(first + frame(kFinal | kContinuation, "b")) == "message(ab) ");
  CHECK(heard(frame(kFinal | kPing, "")) == "ping() ");
}

TEST_CASE("a server's frames are whole, without a mask, and as short as can be",
          "[net][websocket]") {
  CHECK(FrameHead(Opcode::kText, 0).view() == "\x81\x00"s);
  CHECK(FrameHead(Opcode::kText, 125).view() == "\x81\x7D");
  CHECK(FrameHead(Opcode::kText, 126).view() == "\x81\x7E\x00\x7E"s);
  CHECK(FrameHead(Opcode::kText, 65535).view() == "\x81\x7E\xFF\xFF");
  CHECK(FrameHead(Opcode::kText, 65536).view() == "\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s);
  CHECK(FrameHead(Opcode::kPong, 5).view() == "\x8A\x05");
  CHECK(FrameHead(Opcode::kClose, 2).view() == "\x88\x02");
}

TEST_CASE("the reason of a close frame is cut between two characters", "[net][websocket]") {
  CHECK(close_payload(CloseCode::kNone, "x").empty());
  CHECK(close_payload(CloseCode::kGoingAway, "bye") ==
        "\x03\xE9"
        "bye");
  CHECK(close_payload(CloseCode::kNormal, std::string(200, 'r')).size() == 125);
  const std::string reason = std::string(122, 'r') + "\xE2\x82\xAC";
  CHECK(close_payload(CloseCode::kNormal, reason) == "\x03\xE8" + std::string(122, 'r'));
}
