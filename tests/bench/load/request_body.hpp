#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/wire/clock.hpp"
#include "tests/bench/wire/dialect.hpp"

namespace abv::bench {

// What the calls of one run look like.
struct RequestShape {
  Dialect dialect = Dialect::kOpenai;
  bool is_stream = false;
  std::size_t body_bytes = 1024;
  std::string key;   // sent as a bearer token; empty sends none
  std::string host;  // the value of the host header

  // The stream that the upstream is asked for.
  std::size_t events = 100;
  std::uint64_t interval_us = 0;
  std::size_t events_per_write = 10;
};

// How long the upstream takes over a paced stream, from its first write to its last; 0 for others.
Nanos planned_time(const RequestShape& shape);

// The body of a call as an agent makes it: model first, then system, tools and a long exchange of
// messages with tool calls and file contents. Exactly body_bytes long, or the shortest that is
// possible when that is more. `id` may be empty.
std::string make_body(const RequestShape& shape, std::string_view id);

// Head and body of a call.
std::string make_request(const RequestShape& shape, std::string_view id);

}  // namespace abv::bench
