#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host/account/keeper.hpp"
#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/lane/site.hpp"

namespace abv::lane {

// Gets new credentials for accounts that have a refresh token.
//
// One refresh of an account at a time: whoever asks meanwhile gets its result, for a refresh token
// often holds for one use only. What came back is on disk before it is used. A refresh that has
// begun goes on although its caller's client has left. Any thread.
class Refresher {
 public:
  // All outlive it.
  Refresher(account::AccountKeeper& keeper, const Clock& clock, Log& log)
      : keeper_(keeper), clock_(clock), log_(log) {}

  enum class Haste : std::uint8_t {
    kNeeded,  // the credential is of no use any more
    kAhead,   // it still is for a while, so a failure makes no difference yet
  };

  // The account with a credential that is newer than the one given. Blocks, for no longer than the
  // provider's `accounts.refresh_timeout`. On failure the account is passed over for a while, but
  // for kAhead; or for good when the upstream says that its refresh token is void.
  Result<std::shared_ptr<account::Account>> refresh(
      const Target& target, const std::shared_ptr<account::Account>& account,
      Haste haste = Haste::kNeeded);

 private:
  struct Flight {
    std::condition_variable landed;
    std::optional<Result<std::shared_ptr<account::Account>>> result;
  };

  Result<std::shared_ptr<account::Account>> fetch(const Target& target,
                                                  const std::shared_ptr<account::Account>& account,
                                                  Haste haste);
  Result<std::shared_ptr<account::Account>> renewed(const account::Account& account,
                                                    const std::string& json) const;

  account::AccountKeeper& keeper_;
  const Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;  // by account
};

}  // namespace abv::lane
