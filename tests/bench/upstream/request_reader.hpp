#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/bench/upstream/body_scan.hpp"
#include "tests/bench/wire/clock.hpp"
#include "tests/bench/wire/dialect.hpp"
#include "tests/bench/wire/http_parse.hpp"

namespace abv::bench {

// What one request asks of the upstream.
struct BenchRequest {
  enum class Kind { kChat, kModels, kStats, kUnknown };

  Kind kind = Kind::kUnknown;
  Dialect dialect = Dialect::kOpenai;
  bool is_stream = false;
  bool wants_continue = false;  // "expect: 100-continue"
  bool wants_close = false;
  bool wants_reset = false;  // GET /bench/stats?reset=1
  std::size_t events = 0;
  std::size_t events_per_write = 0;
  Nanos interval = 0;  // between two writes; 0 is a burst
  std::string id;
};

// Reads requests off one connection, one after the other.
class RequestReader {
 public:
  enum class State { kHead, kBody, kReady, kBroken };

  // Takes bytes up to the end of the request and says how many it took. Call it again with the rest
  // after next_request.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  const BenchRequest& request() const { return request_; }
  void next_request();

  // True once per request that waits for "100 Continue" with its body still to come.
  bool take_continue();

 private:
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  void read_head(std::string_view head);
  void read_start_line(std::string_view line);
  void read_field(std::string_view name, std::string_view value);
  void read_option(std::string_view name, std::string_view value);
  void read_body_options();
  void become_ready();

  State state_ = State::kHead;
  BenchRequest request_;
  BodyReader body_;
  BodyScan scan_;
  std::string head_;  // the part of a head that came in more than one read
  bool has_option_headers_ = false;
};

}  // namespace abv::bench
