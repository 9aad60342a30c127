#include "host/account/sessions.hpp"

#include <algorithm>

namespace abv::account {

void Sessions::set_terms(const Terms& terms) {
  const std::lock_guard lock(mutex_);
  terms_ = terms;
}

std::optional<std::string> Sessions::find(const std::string& session, std::int64_t now_ms) {
  {
    const std::lock_guard lock(mutex_);
    trim(now_ms);
    if (const auto found = at_.find(session); found != at_.end()) {
      found->second->used_ms = now_ms;
      order_.splice(order_.begin(), order_, found->second);
      return found->second->account;
    }
  }
  // Only a session that this process has not seen: the disk is read without the lock.
  std::optional<std::string> stored = store_ ? store_->get(session) : std::nullopt;
  if (stored) {
    const std::lock_guard lock(mutex_);
    put(session, *stored, now_ms);
  }
  return stored;
}

void Sessions::bind(const std::string& session, const std::string& account, std::int64_t now_ms) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = at_.find(session);
        found != at_.end() && found->second->account == account) {
      found->second->used_ms = now_ms;
      order_.splice(order_.begin(), order_, found->second);
      return;
    }
    put(session, account, now_ms);
  }
  if (store_) {
    store_->put(session, account);
  }
}

void Sessions::put(const std::string& session, const std::string& account, std::int64_t now_ms) {
  if (const auto found = at_.find(session); found != at_.end()) {
    order_.erase(found->second);
    at_.erase(found);
  }
  order_.push_front({session, account, now_ms});
  at_.emplace(session, order_.begin());
  trim(now_ms);
}

void Sessions::trim(std::int64_t now_ms) {
  while (!order_.empty() &&
         (order_.size() > terms_.most || order_.back().used_ms + terms_.lifetime_ms < now_ms)) {
    at_.erase(order_.back().session);
    order_.pop_back();
  }
}

std::size_t Sessions::release(std::string_view account) {
  std::vector<std::string> gone;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = order_.begin(); it != order_.end();) {
      if (account.empty() || it->account == account) {
        gone.push_back(it->session);
        at_.erase(it->session);
        it = order_.erase(it);
      } else {
        ++it;
      }
    }
  }
  for (const std::string& session : gone) {
    if (store_) {
      store_->remove(session);
    }
  }
  return gone.size();
}

std::vector<Sessions::Binding> Sessions::list(std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  std::vector<Binding> live;
  std::copy_if(order_.begin(), order_.end(), std::back_inserter(live), [&](const Binding& binding) {
    return binding.used_ms + terms_.lifetime_ms >= now_ms;
  });
  return live;
}

}  // namespace abv::account
