// Heads and bodies of clients' requests, as they arrive: in pieces, one request behind another.

#include <algorithm>
#include <optional>

#include "host/net/http1.hpp"
#include "host/net/request_parser.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

using net::RequestParser;

struct Head {
  RequestParser::State state = RequestParser::State::kIncomplete;
  int status = 0;        // of a refusal
  std::size_t size = 0;  // of a complete head
  std::string text;      // what was understood
  net::Framing framing = net::Framing::kNone;
  std::uint64_t content_length = 0;
};

// The head as any other reader would have to understand it.
std::string told(const net::RequestHead& head) {
  std::string text(head.method);
  text.append(" ").append(head.target).append(" HTTP/1.");
  text += std::to_string(head.minor_version) + "\r\n";
  for (const net::Header& header : head.headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return text + "\r\n";
}

void check(const net::RequestHead& head) {
  require(net::is_token(head.method), "a method is a token");
  require(!head.target.empty() && std::all_of(head.target.begin(), head.target.end(),
                                              [](char c) { return c != ' ' && c != '\n'; }),
          "a target has no blanks");
  require(head.headers.size() <= RequestParser::kMaxHeaders, "a head has 100 headers at most");
  for (const net::Header& header : head.headers) {
    require(net::is_token(header.name), "a header's name is a token");
    require(net::is_field_value(header.value), "a header's value has no control characters");
  }
}

// Lets the head grow piece by piece in a buffer that moves.
Head read_head(const std::vector<std::string_view>& pieces) {
  RequestParser parser;
  parser.reset();
  std::optional<Exactly> text;
  std::string arrived;
  Head head;
  for (const std::string_view piece : pieces) {
    arrived += piece;
    text.emplace(arrived);
    head.state = parser.parse(text->view());
    if (head.state != RequestParser::State::kIncomplete) break;
  }
  if (head.state == RequestParser::State::kRefused) {
    require(!parser.fault().empty(), "a refusal says why");
    head.status = parser.status();
  }
  if (head.state != RequestParser::State::kComplete) return head;
  check(parser.head());
  head.size = parser.size();
  head.text = told(parser.head());
  head.framing = parser.head().framing;
  head.content_length = parser.head().content_length;
  return head;
}

// How many bytes of `text` the body takes; nothing when it is not whole or not sound.
std::optional<std::size_t> skip_body(const Head& head, std::string_view text) {
  if (head.framing == net::Framing::kLength) {
    if (head.content_length > text.size()) return std::nullopt;
    return static_cast<std::size_t>(head.content_length);
  }
  if (head.framing == net::Framing::kNone) return 0;
  net::ChunkedDecoder decoder;
  Exactly bytes(text);
  const auto content = decoder.decode(bytes.bytes());
  if (!content || !decoder.done()) return std::nullopt;
  require(content->size() + decoder.unused() <= text.size(), "a body is no larger than its chunks");
  return text.size() - decoder.unused();
}

std::vector<std::string_view> behind(const std::vector<std::string_view>& pieces,
                                     std::size_t taken) {
  std::vector<std::string_view> rest;
  for (const std::string_view piece : pieces) {
    const std::size_t here = std::min(taken, piece.size());
    taken -= here;
    rest.push_back(piece.substr(here));
  }
  return rest;
}

void read_connection(std::string_view input) {
  std::vector<std::string_view> pieces = pieces_of(input);
  const std::string text = without_cuts(input);
  std::string_view rest = text;
  while (!rest.empty()) {
    const Head head = read_head({rest});
    const Head grown = read_head(pieces);
    require(head.state == grown.state && head.status == grown.status && head.size == grown.size,
            "a head is the same wherever it is cut");
    require_equal(head.text, grown.text, "a head says the same wherever it is cut");
    if (head.state != RequestParser::State::kComplete) return;
    require(head.size > 0 && head.size <= rest.size(), "a head is a part of what arrived");
    const Head again = read_head({head.text});
    require_equal(head.text, again.text, "a head that is written as it was understood stays so");
    const auto body = skip_body(head, rest.substr(head.size));
    if (!body) return;
    rest.remove_prefix(head.size + *body);
    pieces = behind(pieces, head.size + *body);
  }
}

}  // namespace
}  // namespace abv::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  abv::fuzz::read_connection(abv::fuzz::view_of(data, size));
  return 0;
}
