#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/account/account.hpp"
#include "host/account/limits.hpp"
#include "host/account/model_family.hpp"
#include "host/account/sessions.hpp"
#include "host/plugin/provider.hpp"

namespace abv::account {

// How an account is chosen among those that are free. Of accounts with different priorities the
// higher always goes first.
enum class Mode : std::uint8_t {
  kBalance,      // sessions stay; new ones go where the least is under way
  kCacheFirst,   // the same, and a session rather waits a little for its account than moves
  kPerformance,  // nothing stays; where answers begin the soonest
  kFillFirst,    // the first in order until it is limited, then the next
  kWeighted,     // sessions stay; new ones are shared out by weight
};

// How much a call may ask of a pool.
struct Patience {
  std::int64_t total_ms = 120'000;  // since the call began; no try begins later
  std::int64_t queue_ms = 30'000;   // waiting while no account is free
  std::int64_t pause_ms = 500;      // before the same account is tried again; doubles each time
  unsigned most_tries = 8;
};

// What is done for accounts without a call that asks for it. 0 is never.
struct UpkeepTerms {
  std::int64_t refresh_ahead_ms = 5 * 60'000;  // before an access token expires
  std::int64_t refresh_timeout_ms = 30'000;    // 0: the provider's own timeouts
  std::int64_t quota_every_ms = 0;
};

struct PoolSettings {
  Mode mode = Mode::kBalance;
  Terms terms;
  Sessions::Terms sessions;
  std::string preferred;  // id of the account that goes before all others
  std::vector<FamilyRule> families;
  Patience patience;
  std::int64_t most_wait_ms = 20'000;  // for the account of a session (kCacheFirst)
  double protected_below = 0;          // fraction of a quota that is left alone; 0: none is
  UpkeepTerms upkeep;
};

// Why an account was chosen or not.
enum class Why : std::uint8_t {
  kChosen,
  kRanked,  // free, but another went first
  kDisabled,
  kModel,      // not for this model
  kLimited,    // see its limits
  kProbing,    // limited, and another request is trying it
  kBusy,       // as many calls under way as it may have
  kTried,      // in this call, without success
  kProtected,  // too little of its quota is left
  kNotAsked,   // another was asked for by name
  kStale,      // its credential has to be refreshed, which failed
};
constexpr std::size_t kWhys = 11;
const char* why_name(Why why);

// A request, as far as choosing is concerned.
struct Ask {
  std::string_view model;    // the upstream's name for it
  std::string_view family;   // that limits are counted by
  std::string session;       // empty: none
  std::uint64_t size = 0;    // bytes of its body
  std::string_view account;  // id of the one that was asked for by name; empty: any
  std::uint64_t ticket = 0;  // of one that waits, see Pool::wait_in_line
  bool is_patient = true;    // may be told to wait for its session's account
};

struct Considered {
  std::string account;
  Why why = Why::kRanked;
  std::int64_t until_ms = 0;  // for what passes by itself
};

// How a choice came about, for logs and people.
struct Explanation {
  static constexpr std::size_t kMost = 32;

  std::string rule;               // "session", "preferred", "least busy", …
  std::vector<Considered> first;  // at most kMost
  std::array<std::uint32_t, kWhys> counts{};

  // "chose b (least busy); a: limited until 12:00:01Z; 3 more: busy"
  std::string text() const;
};

class Pool;

// The use of an account for one try. Whoever lets it go without a report has learnt nothing. The
// pool outlives it.
class Lease {
 public:
  Lease() = default;
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  explicit operator bool() const { return pool_ != nullptr; }
  Account& account() const { return *account_; }
  const std::shared_ptr<Account>& shared_account() const { return account_; }
  bool is_probe() const { return is_probe_; }

 private:
  friend class Pool;

  Pool* pool_ = nullptr;
  std::shared_ptr<Account> account_;
  std::string family_;
  std::uint64_t size_ = 0;
  std::int64_t since_ms_ = 0;
  bool is_probe_ = false;
};

struct Choice {
  Lease lease;                 // of the account, if there is one
  bool waits_for_one = false;  // else: for its session's account, not for just any
  std::int64_t until_ms = 0;   // else when to ask again; 0: waiting does not help
  std::optional<Proof> proof;  // of the limit that stands in the way
  Explanation explanation;
};

// What an answer says of the quota of an account.
struct Room {
  std::string window;
  std::optional<double> remaining;  // 0 to 1; absent is not 0
  std::int64_t resets_at_ms = 0;    // 0: unknown
  bool is_of_account = false;       // of all models, not only of the one that was asked
};

// How a try ended for the account.
struct Report {
  bool is_served = false;  // with an answer that the account can be counted on for
  plugin::Scope scope = plugin::Scope::kRequest;  // what is refused
  std::string window;
  std::optional<std::int64_t> wait_ms;  // by the evidence
  Proof proof;
  std::vector<Room> rooms;
  std::int64_t first_byte_ms = -1;
};

// What report() did, so that it can be taken back.
struct Charge {
  std::string account;
  plugin::Scope scope = plugin::Scope::kRequest;
  NewLimit refusal;
  std::optional<Limit> before;
};

// An account as it stands.
struct AccountState {
  std::shared_ptr<const Account> account;
  std::vector<Limit> limits;
  std::vector<std::pair<std::string, Room>> rooms;  // by model family, "" for all
  unsigned calls = 0;
  std::int64_t last_used_ms = 0;
  std::int64_t first_byte_ms = -1;  // smoothed
  std::uint64_t served = 0;
  std::uint64_t refused = 0;
  std::string stale_reason;  // why its credential could not be refreshed
};

// Keeps what the pool must not forget over a restart.
class PoolMemory {
 public:
  virtual ~PoolMemory() = default;
  virtual void keep(const std::string& account, const std::string& limits_json) = 0;
  virtual std::optional<std::string> recall(const std::string& account) = 0;
};

// The accounts of one provider: which one a call gets, and what is known of their limits.
//
// It outlives generations: a reload gives it new settings and accounts, and what it knows of
// accounts that stay is kept. A provider that needs no credential has one account without secrets,
// so that its upstream's limits are kept in the same way. Nothing here waits or does I/O but for
// the first look at a session. Any thread.
class Pool {
 public:
  // `memory` may be null, as may the store of sessions; both outlive this.
  Pool(std::string provider, const PoolSettings& settings,
       std::shared_ptr<store::ExpiringStore> sessions, PoolMemory* memory);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  const std::string& provider() const { return provider_; }
  PoolSettings settings() const;
  Sessions& sessions() { return sessions_; }

  void set_settings(const PoolSettings& settings);

  // In the order in which they are to be used. Accounts that are not among them are chosen no more.
  // What is known of the limits of an account is forgotten when its secrets are others than before.
  void set_accounts(const std::vector<std::shared_ptr<Account>>& accounts);

  // The same account with new secrets. Nothing happens when it is gone.
  void replace(std::shared_ptr<Account> account);

  Choice choose(const Ask& ask, const std::vector<std::string>& tried, std::int64_t now_ms);

  // What came of a lease, which stays: an answer that is being read counts as under way. The charge
  // is empty when nothing was refused.
  std::optional<Charge> report(Lease& lease, const Report& report, std::int64_t now_ms);

  // Two accounts have refused one request in the same way, so it was the request's own making:
  // takes the charge back, and holds back only requests of that size for a while.
  void narrow(const Charge& charge, std::uint64_t size, std::int64_t now_ms);

  // The credential could not be refreshed; empty when it could after all.
  void set_stale(const std::string& account, std::string reason, std::int64_t until_ms);

  // News on quotas that came by another way than an answer.
  void note_rooms(const std::string& account, std::string_view family,
                  const std::vector<Room>& rooms, std::int64_t now_ms);

  // Forgets the limits of an account, or of all when it is empty. Whether there were any.
  bool clear_limits(std::string_view account);

  // Whoever waits for just any account stands in line: of calls for one family the first comes
  // first. Nobody stands behind a larger request, which may be held back by its size.
  std::uint64_t wait_in_line(std::string_view family, std::uint64_t size);
  void leave_line(std::uint64_t ticket);

  // Returns when something has changed that may let a waiting call go on, or after `at_most`.
  void wait_for_change(std::chrono::milliseconds at_most);

  // The account as it is now; null when it is gone.
  std::shared_ptr<Account> account(std::string_view id);

  // For control work that any account will do for: one that is enabled and not limited, if there is
  // one. Null when there is none at all.
  std::shared_ptr<Account> any_account(std::int64_t now_ms);

  // In the order in which they are to be used.
  std::vector<std::shared_ptr<Account>> accounts() const;

  std::vector<AccountState> states() const;
  std::vector<Limit> provider_limits() const;
  std::size_t size() const;
  unsigned calls() const;

 private:
  friend class Lease;

  // What ranking looks at comes first: hundreds of slots are passed over for one call.
  struct Slot {
    bool is_plain = false;  // see set_plain()
    int priority = 0;
    unsigned weight = 1;
    unsigned calls = 0;
    std::int64_t last_used_ms = 0;
    std::int64_t first_byte_ms = -1;
    std::int64_t credit = 0;  // of the smooth weighted round
    std::vector<std::pair<std::string, Room>> rooms;
    Limits limits;
    std::shared_ptr<Account> account;
    std::uint64_t served = 0;
    std::uint64_t refused = 0;
    std::string stale_reason;
    std::int64_t stale_until_ms = 0;
  };
  struct Verdict {
    Why why = Why::kRanked;
    bool is_half_open = false;
    bool is_guess = false;  // that it is limited
    std::int64_t until_ms = 0;
    const Limit* limit = nullptr;
  };
  struct Waiter {
    std::uint64_t ticket = 0;
    std::string family;
    std::uint64_t size = 0;
  };

  // Notes the slot's account, and whether nothing about the slot can stand in the way of a call
  // that has tried no other and asked for none. To be called after every change but to `calls`.
  void set_plain(Slot& slot) const;

  Slot* find(std::string_view account);
  const std::vector<bool>& slots_for(std::string_view model);
  Verdict look(const Slot& slot, const Ask& ask, const std::vector<std::string>& tried,
               std::int64_t now_ms) const;
  bool is_standing_behind(const Ask& ask) const;
  std::size_t ranked_first(const Ask& ask, std::int64_t now_ms);
  std::size_t next_of_round();
  bool goes_before(std::size_t a, std::size_t b, std::string_view family,
                   std::int64_t now_ms) const;
  std::size_t pick(const Ask& ask, std::size_t asked, std::size_t bound, std::int64_t now_ms,
                   Choice& choice);
  std::size_t settle(const Ask& ask, std::size_t asked, std::size_t bound,
                     const std::vector<std::string>& tried, std::int64_t now_ms, Choice& choice);
  std::size_t guessed(Choice& choice) const;
  void take(std::size_t slot, const Ask& ask, std::int64_t now_ms, Choice& choice);
  void explain(std::size_t chosen, Explanation& explanation) const;
  void keep(const std::string& account, const Limits& limits) const;
  Limits& limits_of(Slot& slot, plugin::Scope scope);
  void end(Lease& lease);

  const std::string provider_;
  Sessions sessions_;
  PoolMemory* const memory_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  PoolSettings settings_;
  std::vector<Slot> slots_;
  std::unordered_map<std::string, std::size_t> slot_of_;
  Limits provider_limits_;
  std::vector<Waiter> line_;
  std::uint64_t last_ticket_ = 0;
  std::map<std::string, std::vector<bool>, std::less<>> for_model_;  // which slots serve a model
  std::vector<Verdict> looked_;  // of the choice that is being made, by slot
};

}  // namespace abv::account
