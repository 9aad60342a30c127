#include "abv/sdk/sse.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

using abv::sdk::SseFrame;
using abv::sdk::SseReader;
using Frames = std::vector<std::pair<std::string, std::string>>;

// Feeds the pieces one after the other, and ends the stream.
Frames read(const std::vector<std::string>& pieces) {
  Frames frames;
  const auto keep = [&](const SseFrame& frame) { frames.emplace_back(frame.event, frame.data); };
  SseReader reader;
  for (const std::string& piece : pieces)
    CHECK(reader.feed(piece, keep));
  CHECK(reader.finish(keep));
  return frames;
}

// The frames for every way to cut the text in two.
std::vector<Frames> read_cut_everywhere(const std::string& text) {
  std::vector<Frames> all;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    all.push_back(read({text.substr(0, cut), text.substr(cut)}));
  }
  return all;
}

Frames read_byte_by_byte(const std::string& text) {
  std::vector<std::string> bytes;
  for (const char byte : text)
    bytes.emplace_back(1, byte);
  return read(bytes);
}

const std::string kStream =
    "\xEF\xBB\xBF"
    "event: first\ndata: one\n\n"
    ": a comment\n"
    "data:two\r\ndata:  three\r\n\r\n"
    "id: 7\rdata\rdata: x\r\r"
    "event: named\n\n"
    "retry: 10\ndata: {\"a\":\"\xE2\x82\xAC\"}\n\n";

const Frames kFrames = {
    {"first", "one"}, {"", "two\n three"}, {"", "\nx"}, {"", "{\"a\":\"\xE2\x82\xAC\"}"}};

TEST_CASE("a stream with LF, CRLF, CR, comments, a BOM and several lines of data is read") {
  CHECK(read({kStream}) == kFrames);
}

TEST_CASE("a stream cut at any byte gives the same frames") {
  CHECK(read_cut_everywhere(kStream) == std::vector<Frames>(kStream.size() + 1, kFrames));
}

TEST_CASE("a stream fed byte by byte gives the same frames") {
  CHECK(read_byte_by_byte(kStream) == kFrames);
}

TEST_CASE("an event without data is not a frame, and its name is forgotten") {
  CHECK(read({"event: lost\n\ndata: x\n\n"}) == Frames{{"", "x"}});
}

TEST_CASE("empty data is a frame") {
  CHECK(read({"data:\n\n"}) == Frames{{"", ""}});
}

TEST_CASE("a byte order mark inside the stream is no byte order mark") {
  CHECK(read({"data: 1\n\n\xEF\xBB\xBF"
              "data: 2\n\n"}) == Frames{{"", "1"}});
}

TEST_CASE("a last frame without its empty line is given at the end") {
  CHECK(read({"data: one\n\ndata: two\n"}) == Frames{{"", "one"}, {"", "two"}});
  CHECK(read({"data: [DONE]"}) == Frames{{"", "[DONE]"}});
}

TEST_CASE("a frame above the limit ends the reading") {
  const auto ignore = [](const SseFrame&) {};
  SseReader one_line(16);
  CHECK(one_line.feed("data: short\n\n", ignore));
  CHECK_FALSE(one_line.feed("data: much longer than that", ignore));
  SseReader many_lines(16);
  CHECK_FALSE(many_lines.feed("data: 123456\ndata: 123456\ndata: 123456\n", ignore));
  CHECK_FALSE(many_lines.feed("\n", ignore));
}

}  // namespace
