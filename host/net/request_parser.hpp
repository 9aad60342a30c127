#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/net/http1.hpp"

namespace abv::net {

// Request line and headers of a request, and what they say about the connection. All views point
// into the text that was parsed.
struct RequestHead {
  std::string_view method;
  std::string_view target;  // as sent
  int minor_version = 1;    // of HTTP/1.x
  std::vector<Header> headers;
  Framing framing = Framing::kNone;  // kNone, kLength or kChunked
  std::uint64_t content_length = 0;  // when framing is kLength
  bool keep_alive = false;           // the client will send another request on this connection
  bool expects_continue = false;     // it waits for "100 Continue" before it sends the body
  bool wants_websocket = false;      // it is a GET that asks for an upgrade to "websocket"
};

// Reads the head of a request from a buffer that grows as bytes arrive. Nothing is copied.
//
// As strict as RFC 9112 allows, for the same reason as HeadParser: lines end in CRLF, no folded
// lines, no blank before the colon, exactly one host (HTTP/1.0 may do without), one content-length
// of digits only (equal repetitions count as one), never together with transfer-encoding, and of
// transfer codings only "chunked".
class RequestParser {
 public:
  static constexpr std::size_t kMaxMethod = 32;
  static constexpr std::size_t kMaxLine = std::size_t{16} * 1024;  // the request line
  static constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;
  static constexpr std::size_t kMaxHeaders = 100;

  enum class State { kIncomplete, kComplete, kRefused };

  // Begins the next head.
  void reset();

  // `text` is all that has arrived since the first byte of the head; it may have moved. What cannot
  // become a head any more is refused at once. Not to be called again when complete or refused.
  State parse(std::string_view text);

  // Only when complete: the head, valid as long as the text, and how many bytes of the text it was.
  const RequestHead& head() const { return head_; }
  std::size_t size() const { return line_start_; }

  // Only when refused: the status to answer with, and why.
  int status() const { return status_; }
  const std::string& fault() const { return fault_; }

 private:
  State refuse(int status, std::string fault);
  State find_end(std::string_view text);
  bool parse_request_line(std::string_view line);
  bool parse_headers(std::string_view lines);
  bool note(const Header& header);
  bool note_length(std::string_view value);
  bool decide();

  std::size_t scanned_ = 0;     // bytes of the text that were looked at
  std::size_t line_start_ = 0;  // of the line at hand; at the end, of what follows the head
  bool has_first_line_ = false;

  RequestHead head_;
  int hosts_ = 0;
  bool has_length_ = false;
  bool has_coding_ = false;
  bool says_close_ = false;
  bool says_keep_ = false;
  bool says_upgrade_ = false;

  int status_ = 0;
  std::string fault_;
};

}  // namespace abv::net
