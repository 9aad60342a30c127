#include "host/account/upkeep.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "host/route/pattern.hpp"

namespace abv::account {
namespace {

// After a failure, doubled with each one in a row. A token is refreshed minutes ahead, so that
// there is time for several tries.
constexpr std::int64_t kFirstPauseMs = 15'000;
constexpr std::int64_t kLongestPauseMs = 10 * 60'000;

// Tokens that live for less than the time ahead would be refreshed without end.
constexpr std::int64_t kLeastBetweenMs = 60'000;

constexpr std::int64_t kDayMs = 24 * 3'600'000;

std::int64_t pause_after(unsigned failures) {
  constexpr unsigned kMostDoublings = 10;
  return std::min(kLongestPauseMs,
                  kFirstPauseMs << std::min(failures == 0 ? 0 : failures - 1, kMostDoublings));
}

bool has_secret(const Account& account, std::string_view name) {
  return account.secrets().find(name) != account.secrets().end();
}

// When its token is of no use any more; 0 when it has none yet.
std::int64_t end_of_token(const Account& account) {
  if (!has_secret(account, "access_token")) {
    return 0;
  }
  const std::int64_t expires_ms = account.facts().expires_at_ms;
  return expires_ms == 0 ? std::numeric_limits<std::int64_t>::max() : expires_ms;
}

bool is_wanted(const Account& account, Chore::Kind kind, const UpkeepTerms& terms,
               std::int64_t now_ms) {
  if (!account.facts().is_enabled || account.facts().kind.empty()) {
    return false;
  }
  if (kind == Chore::Kind::kQuota) {
    return terms.quota_every_ms > 0 && end_of_token(account) > now_ms;
  }
  return terms.refresh_ahead_ms > 0 && has_secret(account, "refresh_token") &&
         end_of_token(account) <= now_ms + terms.refresh_ahead_ms;
}

}  // namespace

// Neither under way nor resting.
bool Upkeep::is_free(const Chore& chore, std::int64_t now_ms) {
  const auto known = states_.find(key_of(chore));
  if (known == states_.end()) {
    return true;
  }
  known->second.seen = looks_;
  return !known->second.is_running && known->second.next_ms <= now_ms;
}

// A restart is no reason to do it again.
bool Upkeep::is_free_to_warm_up(const Chore& chore, WarmUpMemory* memory, std::int64_t now_ms) {
  const bool is_new = !states_.contains(key_of(chore));
  if (is_new && memory != nullptr) {
    const std::int64_t last_ms = memory->last_ms(chore.account->id(), chore.model);
    states_[key_of(chore)].next_ms = last_ms == 0 ? 0 : last_ms + chore.every_ms;
  }
  return is_free(chore, now_ms);
}

void Upkeep::offer(const Chore& chore, std::optional<Chore>& first) const {
  const auto running = running_.find(chore.provider);
  const bool is_busy = running != running_.end() && running->second >= kMostOfProvider;
  const auto rank = [](const Chore& one) {
    return std::pair(one.kind, end_of_token(*one.account));
  };
  if (!is_busy && (!first || rank(chore) < rank(*first))) {
    first = chore;
  }
}

void Upkeep::offer_warm_ups(const Household& household, const Pool& pool, std::int64_t now_ms,
                            std::optional<Chore>& first) {
  for (const WarmUpPlan& plan : household.warm_ups) {
    if (plan.provider != pool.provider()) {
      continue;
    }
    for (const std::shared_ptr<Account>& account : pool.accounts()) {
      const AccountFacts& facts = account->facts();
      const bool is_meant = route::glob_matches(plan.account, facts.id) ||
                            route::glob_matches(plan.account, facts.label);
      for (const std::string& model : plan.models) {
        const Chore chore{Chore::Kind::kWarmUp, pool.provider(), account, model, plan.every_ms};
        if (is_meant && facts.is_enabled && is_free_to_warm_up(chore, household.memory, now_ms)) {
          offer(chore, first);
        }
      }
    }
  }
}

std::optional<Chore> Upkeep::take(const Household& household, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  ++looks_;
  std::optional<Chore> first;
  for (const std::shared_ptr<Pool>& pool : household.pools) {
    const UpkeepTerms terms = pool->settings().upkeep;
    for (const std::shared_ptr<Account>& account : pool->accounts()) {
      for (const Chore::Kind kind : {Chore::Kind::kRefresh, Chore::Kind::kQuota}) {
        const Chore chore{kind,
                          pool->provider(),
                          account,
                          {},
                          kind == Chore::Kind::kQuota ? terms.quota_every_ms : kLeastBetweenMs};
        const bool is_free_now = is_free(chore, now_ms);
        if (is_free_now && is_wanted(*account, kind, terms, now_ms)) {
          offer(chore, first);
        }
      }
    }
    offer_warm_ups(household, *pool, now_ms, first);
  }
  std::erase_if(states_, [this](const auto& known) {
    return known.second.seen != looks_ && !known.second.is_running;
  });
  if (first) {
    State& state = states_[key_of(*first)];
    state.is_running = true;
    state.seen = looks_;
    ++running_[first->provider];
  }
  return first;
}

void Upkeep::done(const Chore& chore, Done how, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  --running_[chore.provider];
  State& state = states_[key_of(chore)];
  state.is_running = false;
  state.failures = how == Done::kFailed ? state.failures + 1 : 0;
  switch (how) {
    case Done::kWell:
      state.next_ms = now_ms + chore.every_ms;
      break;
    case Done::kFailed:
      state.next_ms = now_ms + pause_after(state.failures);
      break;
    case Done::kNotThere:
      state.next_ms = now_ms + kDayMs;
      break;
  }
}

std::size_t Upkeep::size() const {
  const std::lock_guard lock(mutex_);
  return states_.size();
}

}  // namespace abv::account
