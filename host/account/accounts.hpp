#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/account/pool.hpp"
#include "host/store/expiring_store.hpp"

namespace abv::account {

// All accounts of the host, by provider. Its pools outlive generations, so that what is known of
// limits and sessions outlives a reload. Any thread.
class Accounts final : public PoolMemory {
 public:
  // Both stores may be null: then nothing outlives the process.
  Accounts(std::shared_ptr<store::ExpiringStore> sessions,
           std::shared_ptr<store::ExpiringStore> limits)
      : sessions_(std::move(sessions)), limits_(std::move(limits)) {}

  // The pool of a provider, made at its first use.
  std::shared_ptr<Pool> pool(const std::string& provider);

  // What the YAML says: how the pool works, and the accounts that stand in it, which come before
  // those of the files. `kinds` are those that the provider takes. Without any account it gets one
  // without secrets.
  void configure(const std::string& provider, const PoolSettings& settings,
                 const std::vector<std::string>& kinds,
                 std::vector<std::shared_ptr<Account>> from_yaml);

  // What the files say: all of them, of all providers.
  void set_from_files(std::vector<std::shared_ptr<Account>> accounts);

  // Whether a file holds an account of this provider of one of these kinds.
  bool has_files_for(const std::string& provider, const std::vector<std::string>& kinds) const;

  // All of them, of whatever provider and kind.
  std::vector<std::shared_ptr<Account>> from_files() const;

  // Providers that have a pool, in order of their names.
  std::vector<std::shared_ptr<Pool>> pools() const;

  // PoolMemory
  void keep(const std::string& account, const std::string& limits_json) override;
  std::optional<std::string> recall(const std::string& account) override;

 private:
  struct Provider {
    std::shared_ptr<Pool> pool;
    std::vector<std::string> kinds;
    std::vector<std::shared_ptr<Account>> from_yaml;
  };

  Provider& provider(const std::string& name);
  void fill(const std::string& name, Provider& provider);

  std::shared_ptr<store::ExpiringStore> sessions_;
  std::shared_ptr<store::ExpiringStore> limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Provider> providers_;
  std::vector<std::shared_ptr<Account>> from_files_;
};

}  // namespace abv::account
