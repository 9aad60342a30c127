#include "host/account/accounts.hpp"

#include <algorithm>
#include <utility>

namespace abv::account {
namespace {

std::shared_ptr<Account> without_secrets(const std::string& provider) {
  AccountFacts facts;
  facts.id = provider;
  facts.provider = provider;
  return std::make_shared<Account>(std::move(facts), Account::Secrets());
}

}  // namespace

Accounts::Provider& Accounts::provider(const std::string& name) {
  Provider& known = providers_[name];
  if (!known.pool) {
    known.pool = std::make_shared<Pool>(name, PoolSettings(), sessions_, this);
  }
  return known;
}

std::shared_ptr<Pool> Accounts::pool(const std::string& provider_name) {
  const std::lock_guard lock(mutex_);
  return provider(provider_name).pool;
}

void Accounts::configure(const std::string& name, const PoolSettings& settings,
                         const std::vector<std::string>& kinds,
                         std::vector<std::shared_ptr<Account>> from_yaml) {
  const std::lock_guard lock(mutex_);
  Provider& configured = provider(name);
  configured.kinds = kinds;
  configured.from_yaml = std::move(from_yaml);
  configured.pool->set_settings(settings);
  fill(name, configured);
}

void Accounts::set_from_files(std::vector<std::shared_ptr<Account>> accounts) {
  const std::lock_guard lock(mutex_);
  from_files_ = std::move(accounts);
  for (auto& [name, provider] : providers_) {
    fill(name, provider);
  }
}

bool Accounts::has_files_for(const std::string& provider,
                             const std::vector<std::string>& kinds) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(from_files_.begin(), from_files_.end(), [&](const auto& account) {
    return account->facts().provider == provider &&
           std::find(kinds.begin(), kinds.end(), account->facts().kind) != kinds.end();
  });
}

std::vector<std::shared_ptr<Account>> Accounts::from_files() const {
  const std::lock_guard lock(mutex_);
  return from_files_;
}

void Accounts::fill(const std::string& name, Provider& provider) {
  std::vector<std::shared_ptr<Account>> accounts = provider.from_yaml;
  for (const std::shared_ptr<Account>& account : from_files_) {
    const bool is_taken = std::find(provider.kinds.begin(), provider.kinds.end(),
                                    account->facts().kind) != provider.kinds.end();
    if (account->facts().provider == name && is_taken) {
      accounts.push_back(account);
    }
  }
  if (accounts.empty()) {
    accounts.push_back(without_secrets(name));
  }
  provider.pool->set_accounts(accounts);
}

std::vector<std::shared_ptr<Pool>> Accounts::pools() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Pool>> pools;
  for (const auto& [name, provider] : providers_) {
    pools.push_back(provider.pool);
  }
  return pools;
}

void Accounts::keep(const std::string& account, const std::string& limits_json) {
  if (!limits_) {
    return;
  }
  if (limits_json == "[]") {
    limits_->remove(account);
  } else {
    limits_->put(account, limits_json);
  }
}

std::optional<std::string> Accounts::recall(const std::string& account) {
  return limits_ ? limits_->get(account) : std::nullopt;
}

}  // namespace abv::account
