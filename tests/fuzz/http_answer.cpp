// Answers of upstreams: their heads, chunked bodies and server-sent events, cut anywhere.

#include "abv/sdk/sse.hpp"
#include "host/net/http1.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

std::string told(const net::ResponseHead& head) {
  std::string text = "HTTP/1." + std::to_string(head.minor_version) + " " +
                     std::to_string(head.status) + " " + std::string(head.reason) + "\r\n";
  for (const net::Header& header : head.headers) {
    require(net::is_token(header.name), "a header's name is a token");
    require(net::is_field_value(header.value), "a header's value has no control characters");
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return text + "\r\n";
}

struct Read {
  bool failed = false;
  bool done = false;
  std::string text;
  std::size_t size = 0;  // of the head
  net::Framing framing = net::Framing::kNone;
};

Read read_head(const std::vector<std::string_view>& pieces) {
  net::HeadParser parser;
  parser.reset();
  Read read;
  for (const std::string_view piece : pieces) {
    if (piece.empty()) continue;
    const Exactly bytes(piece);
    const auto taken = parser.feed(bytes.view());
    read.failed = !taken;
    if (!taken) break;
    require(*taken <= piece.size(), "no more is taken than there is");
    require(parser.done() || *taken == piece.size(), "all is taken until the head is complete");
    read.size += *taken;
    if (parser.done()) break;
  }
  read.done = !read.failed && parser.done();
  if (read.done) {
    read.text = told(parser.head());
    read.framing = parser.head().framing;
  }
  return read;
}

struct Body {
  bool failed = false;
  bool done = false;
  std::string content;
  std::size_t unused = 0;
};

Body read_chunks(const std::vector<std::string_view>& pieces) {
  net::ChunkedDecoder decoder;
  Body body;
  for (const std::string_view piece : pieces) {
    if (decoder.done()) {
      body.unused += piece.size();
      continue;
    }
    Exactly bytes(piece);
    const auto content = decoder.decode(bytes.bytes());
    body.failed = !content;
    if (!content) break;
    body.content += *content;
    if (decoder.done()) body.unused = decoder.unused();
  }
  body.done = decoder.done();
  return body;
}

std::vector<std::string> frames_of(const std::vector<std::string_view>& pieces, bool finishes,
                                   std::size_t limit = std::size_t{1} << 20U) {
  sdk::SseReader reader(limit);
  std::vector<std::string> frames;
  const auto keep = [&frames](const sdk::SseFrame& frame) {
    frames.push_back(std::string(frame.event) + ": " + std::string(frame.data));
  };
  for (const std::string_view piece : pieces) {
    const Exactly bytes(piece);
    if (!reader.feed(bytes.view(), keep)) return frames;
  }
  if (finishes) reader.finish(keep);
  return frames;
}

void read_events(const std::vector<std::string_view>& pieces, std::string_view text) {
  if (frames_of(pieces, true) != frames_of({text}, true)) {
    found("events are the same wherever the stream is cut", frames_of(pieces, true));
  }
  (void)frames_of(pieces, true, 16);
  const Exactly exact(text);
  const std::size_t end = net::first_event_end(exact.view());
  if (end == std::string_view::npos) {
    require(frames_of({text}, false).size() <= 1, "the first event with data is found");
    return;
  }
  require(end <= text.size(), "the first event ends within the text");
  require(frames_of({text.substr(0, end)}, false).size() == 1, "there is one event up to its end");
}

void read_answer(std::string_view input) {
  const auto pieces = pieces_of(input);
  const std::string text = without_cuts(input);
  const Read head = read_head({text});
  const Read grown = read_head(pieces);
  require(head.failed == grown.failed && head.done == grown.done,
          "a head is the same wherever it is cut");
  require_equal(head.text, grown.text, "a head says the same wherever it is cut");
  if (head.done) {
    require(head.size == grown.size, "a head ends at the same place wherever it is cut");
    require_equal(head.text, read_head({head.text}).text,
                  "a head that is written again is the same");
  }

  // What is no head is looked at as a body, so that bodies need no head in front.
  const std::string_view rest = std::string_view(text).substr(head.done ? head.size : 0);
  const auto rest_pieces = head.done ? std::vector<std::string_view>{rest} : pieces;
  const Body whole = read_chunks({rest});
  const Body cut = read_chunks(rest_pieces);
  require(whole.failed == cut.failed && whole.done == cut.done && whole.unused == cut.unused,
          "a chunked body is the same wherever it is cut");
  if (!whole.failed) {
    require_equal(whole.content, cut.content, "chunks hold the same wherever they are cut");
  }
  read_events({whole.content}, whole.content);
  read_events(rest_pieces, rest);
}

}  // namespace
}  // namespace abv::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  abv::fuzz::read_answer(abv::fuzz::view_of(data, size));
  return 0;
}
