#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "tests/bench/upstream/answers.hpp"
#include "tests/bench/upstream/pacer.hpp"
#include "tests/bench/upstream/upstream_connection.hpp"
#include "tests/bench/upstream/upstream_stats.hpp"
#include "tests/bench/wire/poller.hpp"
#include "tests/bench/wire/socket.hpp"

namespace abv::bench {

// One event loop of the upstream with its own listening socket. For one thread.
class UpstreamWorker {
 public:
  // `stats` may be shared with other workers and must outlive this.
  UpstreamWorker(Fd listener, UpstreamStats& stats);

  // Serves until the process ends.
  [[noreturn]] void run();

 private:
  void accept_all();
  void serve(int slot, std::uint32_t events);
  void take_turns();
  void settle(int slot);

  Fd listener_;
  UpstreamStats& stats_;
  Answers answers_;
  Pacer pacer_;
  Poller poller_;
  std::vector<char> scratch_;

  struct Slot {
    std::unique_ptr<UpstreamConnection> connection;
    bool polls_write = false;
  };
  std::vector<Slot> slots_;  // by descriptor number
  std::uint64_t next_id_ = 1;
};

}  // namespace abv::bench
