#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/bench/load/process_watch.hpp"
#include "tests/bench/load/reply_reader.hpp"
#include "tests/bench/load/request_body.hpp"
#include "tests/bench/wire/clock.hpp"
#include "tests/bench/wire/json_line.hpp"
#include "tests/bench/wire/socket.hpp"

namespace abv::bench {

// What one run of the load generator is to do.
struct LoadSettings {
  Endpoint target{};
  Endpoint upstream{};  // for its statistics; port 0 when it is not known
  RequestShape shape;
  std::size_t connections = 1;  // in the modes with streams: streams
  Nanos duration = 0;
  std::uint64_t calls = 0;  // 0: `duration` decides
  Nanos warmup = 0;
  Nanos stall = 0;
  Nanos close_gap = 0;  // between two closes
  ProcessWatch watched{""};
};

inline ReplyRules rules_of(const RequestShape& shape) {
  return {.dialect = shape.dialect, .is_stream = shape.is_stream, .events = shape.events};
}

// The fields that each result starts with.
JsonLine describe(std::string_view mode, const LoadSettings& settings);

struct LoadResult {
  std::string json;  // one line
  bool is_clean;     // without errors
};

// Each does its measurement.
LoadResult run_calls(const LoadSettings& settings);
LoadResult run_hold(const LoadSettings& settings);
LoadResult run_disconnect(const LoadSettings& settings);
LoadResult run_stall(const LoadSettings& settings);

}  // namespace abv::bench
