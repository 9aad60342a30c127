#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
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
    kWarmUp,   // a small request, so that a quota's window begins to run
  };

  Kind kind = Kind::kRefresh;
  std::string provider;
  std::shared_ptr<Account> account;
  std::string model;          // of kWarmUp
  std::int64_t every_ms = 0;  // when it went well, it comes again after this at the earliest
};

// Which accounts are to be kept warm.
struct WarmUpPlan {
  std::string provider;
  std::string account;  // glob of ids and labels
  std::vector<std::string> models;
  std::int64_t every_ms = 0;
};

// Knows of warm-ups that went well before the process began.
class WarmUpMemory {
 public:
  virtual ~WarmUpMemory() = default;
  // 0 for never.
  virtual std::int64_t last_ms(const std::string& account, const std::string& model) = 0;
};

// What there is to look after.
struct Household {
  std::vector<std::shared_ptr<Pool>> pools;
  std::span<const WarmUpPlan> warm_ups = {};
  WarmUpMemory* memory = nullptr;  // with warm_ups
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

  // The most urgent one of all that are due: the token that expires first, then the quotas, then
  // what is to be warmed up.
  std::optional<Chore> take(const Household& household, std::int64_t now_ms);

  // Of every chore that was taken.
  void done(const Chore& chore, Done how, std::int64_t now_ms);

  // Of accounts that it keeps in mind.
  std::size_t size() const;

 private:
  using Key = std::tuple<std::string, Chore::Kind, std::string>;  // account, kind, model

  struct State {
    std::int64_t next_ms = 0;  // not again before
    unsigned failures = 0;
    bool is_running = false;
    std::uint64_t seen = 0;  // the look at which its account was there
  };

  static Key key_of(const Chore& chore) { return {chore.account->id(), chore.kind, chore.model}; }
  bool is_free(const Chore& chore, std::int64_t now_ms);
  bool is_free_to_warm_up(const Chore& chore, WarmUpMemory* memory, std::int64_t now_ms);
  void offer(const Chore& chore, std::optional<Chore>& first) const;
  void offer_warm_ups(const Household& household, const Pool& pool, std::int64_t now_ms,
                      std::optional<Chore>& first);

  mutable std::mutex mutex_;
  std::map<Key, State> states_;
  std::map<std::string, unsigned> running_;  // by provider
  std::uint64_t looks_ = 0;
};

}  // namespace abv::account
