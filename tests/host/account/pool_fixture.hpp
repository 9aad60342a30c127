#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/account/attempts.hpp"

namespace abv::test {

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

// What a pool would keep on disk.
class RememberingMemory final : public account::PoolMemory {
 public:
  void keep(const std::string& account, const std::string& json) override { kept[account] = json; }
  std::optional<std::string> recall(const std::string& account) override {
    const auto found = kept.find(account);
    return found == kept.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, std::string> kept;
};

inline std::shared_ptr<account::Account> make_account(const std::string& id,
                                                      account::AccountFacts facts = {}) {
  facts.id = id;
  facts.provider = "p";
  facts.kind = "api_key";
  return std::make_shared<account::Account>(
      std::move(facts), account::Account::Secrets{{"api_key", Secret("key of " + id)}});
}

// A pool of the accounts a, b, c, …
struct PoolFixture {
  explicit PoolFixture(std::size_t count = 2, account::PoolSettings settings = {},
                       account::PoolMemory* memory = nullptr)
      : pool("p", settings, nullptr, memory) {
    for (std::size_t i = 0; i < count; ++i) {
      accounts.push_back(make_account(std::string(1, static_cast<char>('a' + i))));
    }
    pool.set_accounts(accounts);
  }

  static account::Ask ask(std::string session = {}, std::uint64_t size = 1000) {
    account::Ask ask;
    ask.model = "m";
    ask.family = "m";
    ask.session = std::move(session);
    ask.size = size;
    return ask;
  }

  account::Choice choose(const account::Ask& ask, std::int64_t now = kNow) {
    return pool.choose(ask, {}, now);
  }

  // The id of the one that is chosen, which is given back at once; "-" for none.
  std::string chosen(const account::Ask& ask, std::int64_t now = kNow) {
    const account::Choice choice = pool.choose(ask, {}, now);
    return choice.lease ? choice.lease.account().id() : "-";
  }
  std::string chosen(std::int64_t now = kNow) { return chosen(ask(), now); }

  // Lets `id` refuse a request of 1000 bytes to the model m.
  void refuse(const std::string& id, account::Report report, std::int64_t now = kNow) {
    account::Ask only = ask();
    only.account = id;
    account::Choice choice = pool.choose(only, {}, now);
    pool.report(choice.lease, report, now);
  }
  void limit(const std::string& id, std::optional<std::int64_t> wait_ms, std::int64_t now = kNow) {
    account::Report report;
    report.scope = plugin::Scope::kModel;
    report.wait_ms = wait_ms;
    report.proof.status = 429;
    refuse(id, report, now);
  }

  std::vector<std::shared_ptr<account::Account>> accounts;
  account::Pool pool;
};

}  // namespace abv::test
