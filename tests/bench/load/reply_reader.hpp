#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/load/stream_check.hpp"
#include "tests/bench/wire/dialect.hpp"
#include "tests/bench/wire/http_parse.hpp"

namespace abv::bench {

// Why a call is an error.
enum class Failure {
  kNone,
  kConnect,      // no connection
  kClosedEarly,  // the connection ended before the reply
  kStatus,       // not 200
  kMalformed,    // not HTTP/1.1 as we know it
  kNotFinal,     // framed well, but without what must end the answer
  kEventCount,   // ended well, but with more or fewer events than asked for
  kTimeout       // not finished when the run was over
};
constexpr std::size_t kFailures = 8;
std::string_view failure_name(Failure failure);

// What a complete reply is.
struct ReplyRules {
  Dialect dialect = Dialect::kOpenai;
  bool is_stream = false;
  std::size_t events = 0;  // of a stream
};

// Reads the reply to one call and judges it.
class ReplyReader {
 public:
  explicit ReplyReader(const ReplyRules& rules) : rules_(rules) {}

  void restart();
  void feed(std::string_view bytes);
  void feed_end();  // the peer closed

  bool is_over() const { return is_over_; }  // then failure() is final
  Failure failure() const { return failure_; }
  bool wants_close() const { return wants_close_; }  // the connection can't be used again
  std::size_t events() const { return stream_.events(); }
  std::uint64_t bytes() const { return bytes_; }

  // What a person needs to see why the call failed: the status, and the start of the body.
  std::string describe() const;

 private:
  void read_head(std::string_view head);
  void take_payload(std::string_view payload);
  void finish();
  void fail(Failure failure);

  ReplyRules rules_;
  std::string head_;  // until it is complete
  bool has_head_ = false;
  int status_ = 0;
  BodyReader body_;
  StreamCheck stream_;
  char last_byte_ = 0;   // of a whole answer, blanks not counted
  std::string excerpt_;  // of a refusal
  bool wants_close_ = false;
  bool is_over_ = false;
  Failure failure_ = Failure::kNone;
  std::uint64_t bytes_ = 0;
};

}  // namespace abv::bench
