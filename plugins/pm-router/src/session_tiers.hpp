#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "tiers.hpp"

namespace pm_router {

// How sessions keep to their tier. Another model means that the upstream's prompt cache is lost.
enum class Sticky {
  kNever,    // every request is judged by itself
  kUpgrade,  // a session may go up to pro, and stays there
  kAlways,   // the first request decides
};

// Which tier each session has. Bounded: the session that was silent for longest goes first. Any
// thread.
class SessionTiers {
 public:
  SessionTiers(Sticky sticky, std::int64_t ttl_ns, std::size_t most)
      : sticky_(sticky), ttl_ns_(ttl_ns), most_(most) {}

  // What becomes of `verdict` for the session, which is remembered. No session: what it is.
  Verdict settle(const std::string& session, Verdict verdict, std::int64_t now_ns) {
    if (session.empty() || sticky_ == Sticky::kNever) return verdict;
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(session);
    if (found != places_.end() && now_ns - found->second->used_ns <= ttl_ns_) {
      const bool stays = sticky_ == Sticky::kAlways || found->second->tier == Tier::kPro;
      if (stays && found->second->tier != verdict.tier) {
        verdict = {found->second->tier, "as the session began"};
        if (sticky_ == Sticky::kUpgrade) verdict.reason = "the session is there already";
      }
    }
    remember(session, verdict.tier, now_ns);
    return verdict;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return places_.size();
  }

 private:
  struct Entry {
    std::string session;
    Tier tier;
    std::int64_t used_ns;
  };

  void remember(const std::string& session, Tier tier, std::int64_t now_ns) {
    if (const auto found = places_.find(session); found != places_.end()) {
      entries_.erase(found->second);
      places_.erase(found);
    }
    entries_.push_front({session, tier, now_ns});
    places_.emplace(session, entries_.begin());
    if (entries_.size() > most_) {
      places_.erase(entries_.back().session);
      entries_.pop_back();
    }
  }

  const Sticky sticky_;
  const std::int64_t ttl_ns_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> places_;
};

}  // namespace pm_router
