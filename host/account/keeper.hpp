#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "host/account/account.hpp"
#include "host/base/result.hpp"

namespace abv::account {

// Where accounts are written when something about them changes by itself. Any thread.
class AccountKeeper {
 public:
  virtual ~AccountKeeper() = default;

  // Its secrets, attributes and expiry. On disk when it returns, whatever happens next. An account
  // that is not kept in a file is not written; that is no failure.
  virtual Result<void> save(const Account& account) = 0;

  // What is kept of it now; null when it is not in a file, or cannot be read.
  virtual std::shared_ptr<Account> stored(const std::string& id) = 0;

  // While it is held nobody brings accounts from disk into pools: what was read before a change
  // must not come after it.
  virtual std::unique_lock<std::mutex> hold() = 0;

  // It must not be used again until a person has looked at it.
  virtual Result<void> disable(const std::string& id, std::string_view reason) = 0;
};

}  // namespace abv::account
