#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace abv::account {

// All times are milliseconds; points in time are since 1970-01-01 UTC, because limits outlive the
// process.

// Where a limit comes from, kept for whoever asks why.
struct Proof {
  int status = 0;       // of HTTP; 0 when no answer came
  std::string source;   // "header retry-after", "error.details[1].retryDelay", "" for a guess
  std::string raw;      // that source's text as it came
  std::string message;  // the upstream's words
  std::int64_t at_ms = 0;
};

// What keeps an account, or a whole upstream, from being used.
//
// `ends_ms` is what the evidence says, `retry_ms` when it may be tried again: never later than the
// ceiling after the limit was set, because evidence can be wrong or out of date. From then on the
// limit is half-open: one request at a time may try. If that one is served, the limit is gone; if
// not, it is set anew.
struct Limit {
  std::string family;            // of models; empty: all
  std::string window;            // "five_hours", "week", …; empty: unknown
  std::uint64_t least_size = 0;  // holds back only requests with at least so many bytes
  std::int64_t since_ms = 0;
  std::int64_t ends_ms = 0;
  std::int64_t retry_ms = 0;
  bool is_guess = false;    // nothing said for how long
  unsigned strikes = 0;     // refusals in a row that came after the time that was given
  bool is_probing = false;  // one is trying just now
  Proof proof;
};

// What a refusal makes of a limit.
struct NewLimit {
  std::string family;
  std::string window;
  std::uint64_t least_size = 0;
  std::optional<std::int64_t> wait_ms;  // by the evidence
  Proof proof;
};

// The bounds of waiting.
struct Terms {
  std::int64_t floor_ms = 2'000;          // nothing is tried again earlier
  std::int64_t ceiling_ms = 30 * 60'000;  // everything is tried again by then
};

struct Standing {
  enum class Kind { kFree, kHalfOpen, kBlocked };

  Kind kind = Kind::kFree;
  std::int64_t until_ms = 0;     // of kBlocked: when to ask again
  bool is_guess = false;         // of kBlocked: nothing but guesses stand in the way
  const Limit* limit = nullptr;  // that weighs most; of the object that was asked, until it changes
};

// The limits of one account, or of a provider as a whole. Not for several threads.
class Limits {
 public:
  // For a request of `size` bytes to a model of `family`.
  Standing standing(std::string_view family, std::uint64_t size, std::int64_t now_ms) const;

  // Sets or renews a limit. Answers to requests that were under way when it was set are no further
  // strike. The result is what stood there before.
  std::optional<Limit> refuse(const NewLimit& refusal, const Terms& terms, std::int64_t now_ms);

  // Takes back a refuse(): puts `before` where the limit of `refusal` stands.
  void withdraw(const NewLimit& refusal, std::optional<Limit> before);

  // A request is sent on trial to limits that are half-open for it.
  void begin_probe(std::string_view family, std::uint64_t size, std::int64_t now_ms);
  // A request that was sent at `sent_ms` was served, which disproves all older limits that it met.
  // True when there were any.
  bool disprove(std::string_view family, std::uint64_t size, std::int64_t sent_ms);
  // Nothing was learnt.
  void end_probe(std::string_view family, std::uint64_t size);

  // Evidence from a request that was sent at `sent_ms` says that there is room in this window, for
  // models of `family` (empty: all). Ends the limits that are older; true when there were any.
  bool relieve(std::string_view family, std::string_view window, std::int64_t sent_ms);

  // True when there were any.
  bool clear();

  const std::vector<Limit>& list() const { return limits_; }

  // An array; for the disk. Unreadable entries are left out.
  std::string to_json() const;
  static Result<Limits> from_json(const std::string& text);

 private:
  Limit* find(const NewLimit& refusal);

  std::vector<Limit> limits_;
};

}  // namespace abv::account
