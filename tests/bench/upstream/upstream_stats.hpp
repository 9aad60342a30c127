#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "tests/bench/wire/clock.hpp"

namespace abv::bench {

// A stream whose peer left before it was all sent.
struct EarlyClose {
  std::string id;
  Nanos at;                   // when the upstream saw it
  std::uint64_t events_sent;  // by then
};

// What the upstream saw, for GET /bench/stats. Every method may be called from any thread.
class UpstreamStats {
 public:
  void count_connection() { add(connections_, 1); }
  void count_call(bool is_stream) { add(is_stream ? streams_ : whole_answers_, 1); }
  void count_refused() { add(refused_, 1); }
  void count_sent(std::uint64_t bytes) { add(bytes_sent_, bytes); }
  void count_received(std::uint64_t bytes) { add(bytes_received_, bytes); }
  void record(EarlyClose close);

  // One JSON object. The early closes are forgotten when `forgets` is set; the counters go on.
  std::string json(bool forgets);

 private:
  using Counter = std::atomic<std::uint64_t>;
  static void add(Counter& counter, std::uint64_t amount) {
    counter.fetch_add(amount, std::memory_order_relaxed);
  }

  Counter connections_{0};
  Counter whole_answers_{0};
  Counter streams_{0};
  Counter refused_{0};
  Counter bytes_sent_{0};
  Counter bytes_received_{0};
  std::mutex mutex_;
  std::vector<EarlyClose> closes_;  // guarded by mutex_
};

}  // namespace abv::bench
