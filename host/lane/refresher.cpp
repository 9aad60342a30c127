#include "host/lane/refresher.hpp"

#include <chrono>
#include <utility>

#include "host/config/load_json.hpp"
#include "host/lane/control_call.hpp"
#include "host/net/abort_handle.hpp"

namespace abv::lane {
namespace {

using config::Value;

// A refresh that failed for no lasting reason is not tried with every call.
constexpr std::int64_t kPauseMs = 15'000;

bool has_same_secrets(const account::Account& a, const account::Account& b) {
  const auto same = [](const auto& one, const auto& other) {
    return one.first == other.first && one.second.reveal() == other.second.reveal();
  };
  return std::equal(a.secrets().begin(), a.secrets().end(), b.secrets().begin(), b.secrets().end(),
                    same);
}

}  // namespace

Result<std::shared_ptr<account::Account>> Refresher::refresh(
    const Target& target, const std::shared_ptr<account::Account>& account, Haste haste) {
  std::shared_ptr<Flight> flight;
  {
    std::unique_lock lock(mutex_);
    // Somebody may have been faster.
    const std::shared_ptr<account::Account> current = target.accounts->account(account->id());
    if (current && !has_same_secrets(*current, *account)) {
      return current;
    }
    if (const auto running = flights_.find(account->id()); running != flights_.end()) {
      flight = running->second;
      flight->landed.wait(lock, [&] { return flight->result.has_value(); });
      return *flight->result;
    }
    flight = std::make_shared<Flight>();
    flights_.emplace(account->id(), flight);
  }
  Result<std::shared_ptr<account::Account>> result = fetch(target, account, haste);
  {
    const std::lock_guard lock(mutex_);
    flight->result = result;
    flights_.erase(account->id());
  }
  flight->landed.notify_all();
  return result;
}

Result<std::shared_ptr<account::Account>> Refresher::fetch(
    const Target& target, const std::shared_ptr<account::Account>& account, Haste haste) {
  ControlResult answered;
  net::AbortHandle never;
  const std::chrono::milliseconds at_most(target.accounts->settings().upkeep.refresh_timeout_ms);
  Result<void> asked = control(target, ABV_OP_REFRESH, account, clock_, never, answered, at_most);
  Result<std::shared_ptr<account::Account>> fresh =
      asked ? renewed(*account, answered.json)
            : Result<std::shared_ptr<account::Account>>(asked.error());
  if (!fresh) {
    const bool is_void = answered.verdict.action == plugin::Action::kDead;
    // Another program that shares the file may have used the refresh token up, and left a new one.
    if (const auto stored = is_void ? keeper_.stored(account->id()) : nullptr;
        stored && !has_same_secrets(*stored, *account)) {
      target.accounts->replace(stored);
      return stored;
    }
    if (is_void || haste == Haste::kNeeded) {
      target.accounts->set_stale(account->id(), fresh.error().message, clock_.unix_ms() + kPauseMs);
    }
    if (is_void) {
      const Result<void> disabled = keeper_.disable(account->id(), fresh.error().message);
      if (!disabled) {
        log_.error("account.disable_failed",
                   {{"account", account->id()}, {"error", disabled.error().message}});
      }
    }
    log_.warn(is_void ? "account.disabled" : "account.refresh_failed",
              {{"account", account->id()}, {"error", fresh.error().message}});
    return fresh;
  }
  const auto held = keeper_.hold();
  // A token that is used but not on disk would be lost by a crash, and the old one is void by now.
  if (Result<void> saved = keeper_.save(**fresh); !saved) {
    log_.error("account.save_failed",
               {{"account", account->id()}, {"error", saved.error().message}});
  }
  target.accounts->replace(*fresh);
  log_.info("account.refreshed", {{"account", account->id()}});
  return fresh;
}

Result<std::shared_ptr<account::Account>> Refresher::renewed(const account::Account& account,
                                                             const std::string& json) const {
  const Result<Value> read = config::load_json(json, "the refreshed credential");
  if (!read) {
    return read.error();
  }
  const Value* given = read->find("secrets");
  if (given == nullptr || !given->is_object() || given->members().empty()) {
    return Error{Error::Code::kInvalid,
                 "the provider's refresh gave no secrets: expected {\"secrets\":{…}}"};
  }
  account::AccountFacts facts = account.facts();
  account::Account::Secrets secrets = account.secrets();
  for (const config::Member& member : given->members()) {
    secrets.insert_or_assign(member.key, Secret(member.value.text()));
  }
  if (const Value* attributes = read->find("attributes"); attributes != nullptr) {
    Result<Value> known = config::load_json(facts.attributes_json, "attributes");
    Value merged = known ? std::move(*known) : Value::object();
    for (const config::Member& member : attributes->members()) {
      merged.set(member.key, member.value);
    }
    facts.attributes_json = merged.to_json();
  }
  if (const Value* expires = read->find("expires_at_ms"); expires != nullptr) {
    facts.expires_at_ms = expires->as_int();
  }
  return std::make_shared<account::Account>(std::move(facts), std::move(secrets), account.proxy());
}

}  // namespace abv::lane
