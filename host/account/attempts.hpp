#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/account/pool.hpp"
#include "host/plugin/provider.hpp"

namespace abv::account {

// What came of a try.
struct Answered {
  bool is_served = false;  // the answer is one of success
  plugin::Verdict verdict;
  std::string window;
  std::uint64_t fingerprint = 0;  // of a refusal: the same words give the same number
  bool says_when = false;         // the refusal names a time or a quota of the account
  Proof proof;
  std::vector<Room> rooms;
  std::int64_t first_byte_ms = -1;
};

// The tries of one call: which account comes next, and when it is enough. It decides; sending,
// waiting and refreshing are done by whoever asks it, so that it runs on virtual time as well.
// Not for several threads.
//
// Another account is tried at once while one is free; only when none is does the call wait, in
// line, for a limited time. A refusal in the same words by two accounts, without a word on when it
// will be better, is the request's own making: the answer goes to the client, and the accounts are
// held back for such requests only.
class Attempts {
 public:
  struct Next {
    enum class Kind { kSend, kWait, kGiveUp };

    Kind kind = Kind::kGiveUp;
    bool waits_for_one = false;  // of kWait: for the session's account; others may be free
    bool needs_refresh = false;  // of kSend: the account's credential comes first
    std::int64_t until_ms = 0;   // of kWait: ask again then, or when an account became free;
                                 // of kGiveUp: when it may be worth trying, 0 unknown
    std::optional<Proof> proof;  // of kGiveUp: of the limit in the way
    Explanation explanation;
  };
  enum class After { kAnswer, kAgain };

  // `pool` outlives this; `ask.model` and `ask.family` stay valid.
  Attempts(Pool& pool, Ask ask, const Patience& patience, std::int64_t now_ms)
      : pool_(pool), ask_(std::move(ask)), patience_(patience), began_ms_(now_ms) {}
  Attempts(const Attempts&) = delete;
  Attempts& operator=(const Attempts&) = delete;
  ~Attempts() { leave_line(); }

  // After kSend, account() is the one to send with, until next() is called again or this goes.
  Next next(std::int64_t now_ms);
  const std::shared_ptr<Account>& account() const { return account_; }

  // The account with its new credential.
  void refreshed(std::shared_ptr<Account> account) { account_ = std::move(account); }

  // Its credential could not be refreshed: another account has to do.
  void could_not_refresh();

  // kAgain: ask next(), which may give up.
  After judge(const Answered& answered, std::int64_t now_ms);

  // How often next() said kSend.
  unsigned tries() const { return tries_; }

 private:
  struct Refused {
    std::string account;
    std::uint64_t fingerprint = 0;
    Charge charge;
  };

  bool is_own_making(const Answered& answered, const std::string& account,
                     const std::optional<Charge>& charge, std::int64_t now_ms);
  Next send(Choice choice, std::int64_t now_ms);
  Next wait_for(Choice choice, std::int64_t now_ms);
  void leave_line();

  Pool& pool_;
  Ask ask_;
  const Patience patience_;
  const std::int64_t began_ms_;
  std::vector<std::string> tried_;    // not again in this call
  std::vector<std::string> avoided_;  // rather another one first
  std::vector<std::string> refreshed_;
  std::vector<Refused> refused_;
  Lease lease_;
  std::shared_ptr<Account> account_;  // of the lease, or its successor
  bool is_to_refresh_ = false;        // before the same account is sent with once more
  std::int64_t not_before_ms_ = 0;    // for those avoided
  std::int64_t waits_since_ms_ = 0;
  unsigned tries_ = 0;
};

}  // namespace abv::account
