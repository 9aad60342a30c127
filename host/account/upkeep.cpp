#include "host/account/upkeep.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

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

bool Upkeep::is_due(const Account& account, Chore::Kind kind, const UpkeepTerms& terms,
                    std::int64_t now_ms) {
  const auto known = states_.find({account.id(), kind});
  if (known != states_.end()) {
    known->second.seen = looks_;
  }
  return is_wanted(account, kind, terms, now_ms) &&
         (known == states_.end() || (!known->second.is_running && known->second.next_ms <= now_ms));
}

std::optional<Chore> Upkeep::take(const std::vector<std::shared_ptr<Pool>>& pools,
                                  std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  ++looks_;
  std::optional<Chore> first;
  const auto rank = [](const Chore& chore) {
    return std::pair(chore.kind, end_of_token(*chore.account));
  };
  for (const std::shared_ptr<Pool>& pool : pools) {
    const UpkeepTerms terms = pool->settings().upkeep;
    const auto running = running_.find(pool->provider());
    const bool is_busy = running != running_.end() && running->second >= kMostOfProvider;
    for (const std::shared_ptr<Account>& account : pool->accounts()) {
      for (const Chore::Kind kind : {Chore::Kind::kRefresh, Chore::Kind::kQuota}) {
        if (!is_due(*account, kind, terms, now_ms) || is_busy) {
          continue;
        }
        Chore chore{kind, pool->provider(), account,
                    kind == Chore::Kind::kQuota ? terms.quota_every_ms : kLeastBetweenMs};
        if (!first || rank(chore) < rank(*first)) {
          first = std::move(chore);
        }
      }
    }
  }
  std::erase_if(states_, [this](const auto& known) {
    return known.second.seen != looks_ && !known.second.is_running;
  });
  if (first) {
    State& state = states_[{first->account->id(), first->kind}];
    state.is_running = true;
    state.seen = looks_;
    ++running_[first->provider];
  }
  return first;
}

void Upkeep::done(const Chore& chore, Done how, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  --running_[chore.provider];
  State& state = states_[{chore.account->id(), chore.kind}];
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
