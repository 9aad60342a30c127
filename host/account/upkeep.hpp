#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "host/account/pool.hpp"

namespace abv::account {

// Work on an account that no call has asked for.
struct Chore {
  enum class Kind : std::uint8_t {
    kRefresh,  // of its access token, before that expires
    kQuota,    // asking its upstream what is left
  };

  Kind kind = Kind::kRefresh;
  std::string provider;
  std::shared_ptr<Account> account;
  std::int64_t every_ms = 0;  // when it went well, it comes again after this at the earliest
};

// How a chore went.
enum class Done : std::uint8_t {
  kWell,
  kFailed,    // comes again after a pause that doubles each time
  kNotThere,  // the provider has no such operation
};

// Which chore is due. It decides; whoever takes a chore does it, and says how it went. An account
// is in one hand at a time, and a provider in at most kMostOfProvider, so that one whose issuer of
// tokens is silent does not hold up the others. Any thread.
class Upkeep {
 public:
  static constexpr unsigned kMostOfProvider = 2;

  // The most urgent one of all that are due: the token that expires first, then the quotas.
  std::optional<Chore> take(const std::vector<std::shared_ptr<Pool>>& pools, std::int64_t now_ms);

  // Of every chore that was taken.
  void done(const Chore& chore, Done how, std::int64_t now_ms);

  // Of accounts that it keeps in mind.
  std::size_t size() const;

 private:
  using Key = std::pair<std::string, Chore::Kind>;  // account and kind

  struct State {
    std::int64_t next_ms = 0;  // not again before
    unsigned failures = 0;
    bool is_running = false;
    std::uint64_t seen = 0;  // the look at which its account was there
  };

  bool is_due(const Account& account, Chore::Kind kind, const UpkeepTerms& terms,
              std::int64_t now_ms);

  mutable std::mutex mutex_;
  std::map<Key, State> states_;
  std::map<std::string, unsigned> running_;  // by provider
  std::uint64_t looks_ = 0;
};

}  // namespace abv::account
