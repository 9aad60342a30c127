#include "host/account/attempts.hpp"

#include <algorithm>
#include <utility>

namespace abv::account {
namespace {

// A credential that expires so soon may do so on its way.
constexpr std::int64_t kExpiryMarginMs = 60'000;

constexpr std::int64_t kMomentMs = 1000;

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Only a refresh token can make a new access token.
bool can_be_refreshed(const Account& account) {
  return account.secrets().find("refresh_token") != account.secrets().end();
}

bool lacks_access_token(const Account& account) {
  return can_be_refreshed(account) &&
         account.secrets().find("access_token") == account.secrets().end();
}

plugin::Scope limited_scope(const plugin::Verdict& verdict) {
  // A credential that is void, or that a refresh did not mend, is not tried with the next call.
  if (verdict.action == plugin::Action::kDead || verdict.action == plugin::Action::kRefresh) {
    return plugin::Scope::kAccount;
  }
  if (verdict.cool_down_ms == 0) {
    return plugin::Scope::kRequest;
  }
  switch (verdict.scope) {
    case plugin::Scope::kModel:
      return plugin::Scope::kModel;
    case plugin::Scope::kAccount:
      return plugin::Scope::kAccount;
    case plugin::Scope::kProvider:
      return plugin::Scope::kProvider;
    case plugin::Scope::kRequest:
      break;
  }
  return plugin::Scope::kRequest;
}

}  // namespace

Attempts::Next Attempts::send(Choice choice, std::int64_t now_ms) {
  Next next;
  next.kind = Next::Kind::kSend;
  const Account& account = choice.lease.account();
  const std::int64_t expires = account.facts().expires_at_ms;
  const bool is_expiring =
      expires > 0 && expires - kExpiryMarginMs <= now_ms && can_be_refreshed(account);
  next.needs_refresh =
      (is_expiring || lacks_access_token(account)) && !contains(refreshed_, account.id());
  if (next.needs_refresh) {
    refreshed_.push_back(account.id());
  }
  lease_ = std::move(choice.lease);
  account_ = lease_.shared_account();
  next.explanation = std::move(choice.explanation);
  ++tries_;
  leave_line();
  return next;
}

Attempts::Next Attempts::wait_for(Choice choice, std::int64_t now_ms) {
  Next next;
  next.until_ms = choice.until_ms;
  next.waits_for_one = choice.waits_for_one;
  next.proof = std::move(choice.proof);
  next.explanation = std::move(choice.explanation);
  if (choice.until_ms == 0) {
    return next;
  }
  if (waits_since_ms_ == 0) {
    waits_since_ms_ = now_ms;
  }
  const std::int64_t deadline =
      std::min(began_ms_ + patience_.total_ms, waits_since_ms_ + patience_.queue_ms);
  // What may be over at any moment, like another's trial, is worth a moment more.
  const bool is_moment = choice.until_ms - now_ms <= kMomentMs && now_ms <= deadline + kMomentMs;
  if (choice.until_ms > deadline && !is_moment) {
    leave_line();
    return next;
  }
  const bool will_take_any = !choice.waits_for_one && tried_.empty() && avoided_.empty();
  if (ask_.ticket == 0 && will_take_any) {
    ask_.ticket = pool_.wait_in_line(ask_.family, ask_.size);
  }
  next.kind = Next::Kind::kWait;
  return next;
}

Attempts::Next Attempts::next(std::int64_t now_ms) {
  Next next;
  if (tries_ >= patience_.most_tries || now_ms - began_ms_ >= patience_.total_ms) {
    next.explanation.rule = tries_ >= patience_.most_tries ? "tried often enough" : "out of time";
    leave_line();
    return next;
  }
  if (is_to_refresh_) {
    is_to_refresh_ = false;
    next.kind = Next::Kind::kSend;
    next.needs_refresh = true;
    next.explanation.rule = "its credential is refreshed";
    ++tries_;
    return next;
  }
  lease_ = Lease();
  ask_.is_patient =
      waits_since_ms_ == 0 || now_ms - waits_since_ms_ < pool_.settings().most_wait_ms;
  std::vector<std::string> out = tried_;
  out.insert(out.end(), avoided_.begin(), avoided_.end());
  Choice choice = pool_.choose(ask_, out, now_ms);
  if (choice.lease) {
    return send(std::move(choice), now_ms);
  }
  if (!avoided_.empty()) {
    if (now_ms < not_before_ms_) {
      choice.until_ms = not_before_ms_;
      return wait_for(std::move(choice), now_ms);
    }
    choice = pool_.choose(ask_, tried_, now_ms);
    if (choice.lease) {
      return send(std::move(choice), now_ms);
    }
  }
  return wait_for(std::move(choice), now_ms);
}

bool Attempts::is_own_making(const Answered& answered, const std::string& account,
                             const std::optional<Charge>& charge, std::int64_t now_ms) {
  if (answered.says_when || answered.fingerprint == 0 || !charge) {
    return false;
  }
  const auto same = std::find_if(refused_.begin(), refused_.end(), [&](const Refused& refused) {
    return refused.fingerprint == answered.fingerprint && refused.account != account;
  });
  if (same == refused_.end()) {
    refused_.push_back({account, answered.fingerprint, *charge});
    return false;
  }
  pool_.narrow(same->charge, ask_.size, now_ms);
  pool_.narrow(*charge, ask_.size, now_ms);
  return true;
}

Attempts::After Attempts::judge(const Answered& answered, std::int64_t now_ms) {
  using plugin::Action;
  const std::string account = account_->id();
  const Action action = answered.is_served ? Action::kPass : answered.verdict.action;
  const bool is_refreshable = can_be_refreshed(*account_) && !contains(refreshed_, account);
  if (action == Action::kRefresh && is_refreshable) {
    refreshed_.push_back(account);
    is_to_refresh_ = true;
    return After::kAgain;
  }
  Report report;
  report.is_served = answered.is_served;
  report.scope = answered.is_served ? plugin::Scope::kRequest : limited_scope(answered.verdict);
  report.window = answered.window;
  if (answered.verdict.cool_down_ms > 0) {
    report.wait_ms = answered.verdict.cool_down_ms;
  }
  report.proof = answered.proof;
  report.rooms = answered.rooms;
  report.first_byte_ms = answered.first_byte_ms;
  const std::optional<Charge> charge = pool_.report(lease_, report, now_ms);
  switch (action) {
    case Action::kPass:
      return After::kAnswer;
    case Action::kRetry:
      if (!contains(avoided_, account)) {
        avoided_.push_back(account);
      }
      not_before_ms_ = now_ms + (answered.verdict.retry_after_ms >= 0
                                     ? answered.verdict.retry_after_ms
                                     : patience_.pause_ms << std::min(tries_ - 1, 6u));
      return After::kAgain;
    case Action::kRotate:
    case Action::kRefresh:  // that did not help, or cannot be done
    case Action::kDead:
      break;
  }
  // The pool leaves it alone until then by itself, and a call may wait for that.
  if (!(action == Action::kRotate && answered.says_when && charge)) {
    tried_.push_back(account);
  }
  return is_own_making(answered, account, charge, now_ms) ? After::kAnswer : After::kAgain;
}

void Attempts::could_not_refresh() {
  tried_.push_back(account_->id());
}

void Attempts::leave_line() {
  if (ask_.ticket != 0) {
    pool_.leave_line(ask_.ticket);
    ask_.ticket = 0;
  }
  waits_since_ms_ = 0;
}

}  // namespace abv::account
