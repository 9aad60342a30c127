#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "host/account/attempts.hpp"

namespace abv::test {

// An upstream's account as it really is, which the pool can only learn from its answers.
struct TrueAccount {
  struct Window {
    std::string name;
    std::int64_t length_ms = 0;
    std::int64_t budget = 0;  // calls
    std::int64_t began_ms = 0;
    std::int64_t used = 0;
  };
  struct Outage {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    int status = 500;
  };

  std::string id;
  std::vector<Window> windows;
  std::vector<Outage> outages;
  std::int64_t banned_from_ms = std::int64_t{1} << 62;
  // What a refusal tells of the time until its window is reset: the truth, nothing, or a lie.
  std::function<std::optional<std::int64_t>(std::int64_t truth_ms)> tells =
      [](std::int64_t truth_ms) { return std::optional(truth_ms); };

  // Whether it would serve a call now. Changes nothing.
  bool would_serve(std::int64_t now_ms) const;
  account::Answered serve(std::int64_t now_ms);
};

struct Load {
  std::int64_t length_ms = 0;
  unsigned sessions = 20;      // at a time
  double calls_per_hour = 60;  // of each session
  std::int64_t session_ms = 2 * 3600 * 1000;
  std::int64_t answer_ms = 20'000;  // mean time of an answer
  double poison = 0;  // fraction of calls that every account refuses, in the same words
};

struct AccountReport {
  std::uint64_t served = 0;
  std::uint64_t refused = 0;
  std::int64_t longest_idle_ms = 0;  // usable, with calls to serve, and not used
  std::uint64_t most_refused_in_an_hour = 0;
};

struct SimulationReport {
  std::map<std::string, AccountReport> accounts;
  std::uint64_t calls = 0;
  std::uint64_t served = 0;
  std::uint64_t errors = 0;           // told to clients
  std::uint64_t needless_errors = 0;  // while an account would have served the call
  std::uint64_t poisoned = 0;         // of the calls that no account serves
  std::uint64_t sticky = 0;           // served by the account that served the session before
  std::uint64_t moved = 0;            // although that account would have served it
  std::uint64_t waited = 0;
  std::int64_t longest_wait_ms = 0;

  double sticky_rate() const;
  // Jain's index over the calls served; 1 is perfectly fair.
  double fairness() const;
  std::string text() const;
};

// Runs a load through a pool on virtual time. The same seed gives the same run.
SimulationReport simulate(account::Pool& pool, std::vector<TrueAccount>& upstream, const Load& load,
                          const account::Patience& patience, std::uint32_t seed);

}  // namespace abv::test
