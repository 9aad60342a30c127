#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "tests/bench/wire/clock.hpp"
#include "tests/bench/wire/socket.hpp"

namespace abv::bench {

// Says when which paced stream is to send again: one timer descriptor for all of them. For one
// thread.
class Pacer {
 public:
  struct Turn {
    Nanos due;
    int slot;
    std::uint64_t connection;  // tells a stream from an earlier one in the same slot
  };

  // Dies when the system has no timer descriptor left.
  Pacer();

  const Fd& timer() const { return timer_; }  // readable when a turn is due
  void add(Turn turn);

  // Takes out the turns that are due at `now`, and sets the timer for the next one.
  std::vector<Turn> take_due(Nanos now);

 private:
  struct Later {
    bool operator()(const Turn& a, const Turn& b) const { return a.due > b.due; }
  };

  void arm();

  Fd timer_;
  Nanos armed_for_ = 0;  // 0: not armed
  std::priority_queue<Turn, std::vector<Turn>, Later> turns_;
};

}  // namespace abv::bench
