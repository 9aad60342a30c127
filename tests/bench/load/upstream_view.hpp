#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/bench/wire/clock.hpp"
#include "tests/bench/wire/socket.hpp"

namespace abv::bench {

// What abv-bench-upstream says about itself, asked for directly and not through a proxy.
struct UpstreamView {
  std::uint64_t bytes_sent = 0;
  std::map<std::string, Nanos> early_closes;  // by the id of the stream: when it saw the close
};

// Asks GET /bench/stats and waits for the answer; dies when there is none within 5 s.
UpstreamView look_at_upstream(const Endpoint& upstream);

}  // namespace abv::bench
