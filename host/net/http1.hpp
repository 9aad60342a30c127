#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

// HTTP/1.1 as a client reads it. Nothing here does I/O, and nothing allocates once its buffers have
// grown to what the connection needs.
namespace abv::net {

// One header line. A view into the text it came from.
struct Header {
  std::string_view name;
  std::string_view value;
};

// As equal_ignoring_case, for texts of one length above 0.
bool same_ignoring_case(const char* a, const char* b, std::size_t size);

// ASCII only, as header names are. Most names differ in length or at once, which is found out here.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  constexpr int kCaseBit = 0x20;
  return a.size() == b.size() && (a.empty() || (((a.front() ^ b.front()) & ~kCaseBit) == 0 &&
                                                same_ignoring_case(a.data(), b.data(), a.size())));
}

// A header name by RFC 9110: one or more token characters.
bool is_token(std::string_view text);

// A header value that cannot break out of its line: no control characters but the tab.
bool is_field_value(std::string_view text);

// How the end of a body is found.
enum class Framing {
  kNone,     // there is none: 1xx, 204, 304, the answer to HEAD
  kLength,   // content-length
  kChunked,  // transfer-encoding: chunked
  kClose,    // until the connection closes
};

// Status line and headers of an answer. Its views belong to the HeadParser that made it.
struct ResponseHead {
  int status = 0;
  int minor_version = 1;  // of HTTP/1.x
  std::string_view reason;
  std::vector<Header> headers;  // in order, as received, without surrounding blanks
  Framing framing = Framing::kNone;
  std::uint64_t content_length = 0;  // when framing is kLength
  bool keep_alive = false;           // the server will take another request on this connection

  // The value of the first header of that name, any case; null when there is none.
  const std::string_view* find(std::string_view name) const;

  // The same, with "" for none.
  std::string_view get(std::string_view name) const;
};

// Reads the head of an answer from pieces cut anywhere.
//
// Strict on purpose, since what two readers understand differently is how requests are smuggled:
// lines end in CRLF, no folded lines, no blank before the colon, one content-length of digits only
// (equal repetitions count as one), never together with transfer-encoding, and of transfer codings
// only "chunked". All errors are kInvalid, or kLimit for what is too big.
class HeadParser {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;
  static constexpr std::size_t kMaxHeaders = 256;

  // Forgets the last head. `to_head_request`: the answer has no body, whatever its headers say.
  void reset(bool to_head_request = false);

  // Takes the bytes that belong to the head and returns how many those were; done() tells whether
  // it is complete. Not to be called again after an error or when done.
  Result<std::size_t> feed(std::string_view bytes);

  bool done() const { return done_; }

  // True before the first byte.
  bool empty() const { return text_.empty(); }

  // Only when done(); valid until reset().
  const ResponseHead& head() const { return head_; }

 private:
  Result<void> parse();
  Result<void> parse_status_line(std::string_view line);
  Result<void> parse_header(std::string_view line);
  Result<void> decide_framing();

  std::string text_;
  std::size_t line_start_ = 0;
  bool done_ = false;
  bool to_head_request_ = false;
  ResponseHead head_;
};

// Takes chunked framing out of a body, in place, from pieces cut anywhere.
//
// Chunk extensions and trailers are skipped, within limits. Lines end in CRLF, a size is 1 to 16
// hexadecimal digits.
class ChunkedDecoder {
 public:
  static constexpr std::size_t kMaxLine = std::size_t{4} * 1024;
  static constexpr std::size_t kMaxTrailers = std::size_t{16} * 1024;

  void reset() { *this = ChunkedDecoder(); }

  // Decodes `bytes` and moves the content of all chunks in it together. The view points into
  // `bytes` and may be empty. Once done() the rest of `bytes`, unused() of them at its end, is not
  // part of the body. kInvalid when the framing is broken.
  Result<std::string_view> decode(std::span<char> bytes);

  bool done() const { return state_ == State::kDone; }
  std::size_t unused() const { return unused_; }

 private:
  enum class State {
    kSizeStart,
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,
    kTrailer,
    kTrailerLf,
    kEndLf,
    kDone,
  };

  const char* step(char c);
  const char* size_digit(char c);

  State state_ = State::kSizeStart;
  std::uint64_t left_ = 0;  // of the chunk at hand
  std::size_t digits_ = 0;
  std::size_t line_ = 0;      // bytes of the extension at hand
  std::size_t trailers_ = 0;  // bytes of all trailers
  std::size_t unused_ = 0;
};

// The offset after the first complete server-sent event that carries a data line, or npos. `text`
// is the stream from its beginning, where a byte order mark may stand. Lines may end in LF, CRLF or
// CR; events without data (comments, retry) don't count.
std::size_t first_event_end(std::string_view text);

}  // namespace abv::net
