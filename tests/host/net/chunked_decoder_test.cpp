#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "host/net/http1.hpp"
#include "tests/support/catch.hpp"

using abv::Error;
using abv::net::ChunkedDecoder;

namespace {

struct Decoded {
  std::string content;
  bool done = false;
  std::size_t unused = 0;
  std::string error;
  std::vector<std::string> views;  // what each call gave

  bool operator==(const Decoded& other) const {
    return content == other.content && done == other.done && unused == other.unused &&
           error == other.error;
  }
};

void feed(ChunkedDecoder& decoder, std::string bytes, Decoded& out) {
  const auto got = decoder.decode(bytes);
  if (!got) {
    out.error = got.error().message;
    return;
  }
  out.content += *got;
  out.views.emplace_back(*got);
  out.done = decoder.done();
  out.unused = decoder.unused();
}

Decoded decode(const std::vector<std::string>& pieces) {
  ChunkedDecoder decoder;
  Decoded out;
  for (const std::string& piece : pieces) {
    if (out.error.empty() && !out.done) feed(decoder, piece, out);
  }
  return out;
}

// The same text cut in two at every place, and cut into single bytes.
std::vector<Decoded> decode_all_cuts(const std::string& text) {
  std::vector<Decoded> results;
  std::vector<std::string> bytes;
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    results.push_back(decode({text.substr(0, cut), text.substr(cut)}));
    bytes.push_back(text.substr(cut, 1));
  }
  results.push_back(decode(bytes));
  return results;
}

bool all_equal(const std::vector<Decoded>& results, const Decoded& expected) {
  return !results.empty() && std::all_of(results.begin(), results.end(),
                                         [&](const Decoded& one) { return one == expected; });
}

std::string error_of(const std::string& text) {
  return decode({text}).error;
}

}  // namespace

TEST_CASE("chunks that arrive together are one view") {
  const Decoded got = decode({"5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n"});
  CHECK(got.views == std::vector<std::string>{"hello world"});
  CHECK(got.done);
}

TEST_CASE("a chunked body decodes the same wherever it is cut") {
  const std::string text =
      "5\r\nhello\r\n0b;name=\"x\"\r\n, and good \r\n3 \r\nbye\r\n0;last\r\nx-sum: 1\r\nx-b: "
      "2\r\n\r\n";
  Decoded expected;
  expected.content = "hello, and good bye";
  expected.done = true;
  CHECK(all_equal(decode_all_cuts(text), expected));
}

TEST_CASE("bytes after the last chunk are counted and left") {
  const Decoded got = decode({"1\r\na\r\n0\r\n\r\nHTTP/1.1"});
  CHECK(got.content == "a");
  CHECK(got.unused == 8);
}

TEST_CASE("a body without its last chunk is not done") {
  CHECK_FALSE(decode({"1\r\na\r\n"}).done);
  CHECK_FALSE(decode({"1\r\na\r\n0\r\n"}).done);
}

TEST_CASE("sizes are read in either case up to 16 digits") {
  CHECK(decode({"A\r\n0123456789\r\n"}).content == "0123456789");
  CHECK(decode({"000000000000000a\r\n0123456789\r\n"}).content == "0123456789");
  CHECK(decode({"ffffffffffffffff\r\nabc"}).content == "abc");
}

TEST_CASE("broken chunk framing is refused wherever it is cut") {
  const std::string text =
      GENERATE(as<std::string>{}, "\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\na\r\n",
               "1\na\r\n", "1\r\r\n", "1;a\n", "1\r\nab\r\n", "1\r\na\n", "1\r\na\rb",
               "00000000000000001\r\n", "0\r\n\rx", "0\r\nx: 1\n\r\n", "0\r\nx: 1\r\r\n");
  const std::vector<Decoded> results = decode_all_cuts(text);
  CAPTURE(text);
  CHECK(std::none_of(results.begin(), results.end(),
                     [](const Decoded& one) { return one.error.empty() || one.done; }));
}

TEST_CASE("endless extensions and trailers are refused") {
  CHECK_THAT(error_of("1;" + std::string(5000, 'x')), ContainsSubstring("4 KiB"));
  CHECK_THAT(error_of("0\r\nx: " + std::string(20000, 'x')), ContainsSubstring("16 KiB"));
}

TEST_CASE("a chunk larger than the pieces it comes in is passed on piece by piece") {
  const Decoded got = decode({"a\r\n01", "234", "56789", "\r\n0\r\n\r\n"});
  CHECK(got.views == std::vector<std::string>{"01", "234", "56789", ""});
  CHECK(got.done);
}
