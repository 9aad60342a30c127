// Which account a call gets: the part of the pool that ranks and explains.

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "host/account/pool.hpp"

namespace abv::account {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// When somebody else's call ends is not known; those who stand in line are woken by it.
constexpr std::int64_t kAskAgainMs = 250;

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// The least that is left in any window that has not been reset since; 1 when nothing is known.
double remaining(const std::vector<std::pair<std::string, Room>>& rooms, std::string_view family,
                 std::int64_t now_ms) {
  double least = 1;
  for (const auto& [of, room] : rooms) {
    if ((of.empty() || of == family) && room.remaining && room.resets_at_ms > now_ms) {
      least = std::min(least, *room.remaining);
    }
  }
  return least;
}

// Differences that say nothing do not decide: what is left counts in tenths.
int tenths(double fraction) {
  return static_cast<int>(fraction * 10);
}

}  // namespace

// All but whether it is for the model.
Pool::Verdict Pool::look(const Slot& slot, const Ask& ask, const std::vector<std::string>& tried,
                         std::int64_t now_ms) const {
  const AccountFacts& facts = slot.account->facts();
  if (!ask.account.empty() && ask.account != facts.id) {
    return {Why::kNotAsked};
  }
  if (!facts.is_enabled) {
    return {Why::kDisabled};
  }
  if (!tried.empty() && contains(tried, facts.id)) {
    return {Why::kTried};
  }
  if (slot.stale_until_ms > now_ms) {
    return {Why::kStale, false, false, slot.stale_until_ms};
  }
  Standing standing;
  if (!slot.limits.list().empty()) {
    standing = slot.limits.standing(ask.family, ask.size, now_ms);
  }
  if (standing.kind == Standing::Kind::kBlocked) {
    return standing.limit->retry_ms > now_ms
               ? Verdict{Why::kLimited, false, standing.is_guess, standing.until_ms, standing.limit}
               : Verdict{Why::kProbing, false, false, now_ms + kAskAgainMs, standing.limit};
  }
  if (facts.most_calls > 0 && slot.calls >= facts.most_calls) {
    return {Why::kBusy, false, false, now_ms + kAskAgainMs};
  }
  if (settings_.protected_below > 0 && !slot.rooms.empty() &&
      remaining(slot.rooms, ask.family, now_ms) < settings_.protected_below) {
    return {Why::kProtected};
  }
  return {Why::kRanked, standing.kind == Standing::Kind::kHalfOpen};
}

bool Pool::is_standing_behind(const Ask& ask) const {
  return std::any_of(line_.begin(), line_.end(), [&](const Waiter& waiter) {
    return waiter.family == ask.family && waiter.size <= ask.size &&
           (ask.ticket == 0 || waiter.ticket < ask.ticket);
  });
}

// Whether `a` is to be used before `b`. One on trial goes first, for recovery is found out by
// nothing else, and it is one call at a time.
bool Pool::goes_before(std::size_t a, std::size_t b, std::string_view family,
                       std::int64_t now_ms) const {
  const Slot& one = slots_[a];
  const Slot& other = slots_[b];
  if (one.priority != other.priority) {
    return one.priority > other.priority;
  }
  if (looked_[a].is_half_open != looked_[b].is_half_open) {
    return looked_[a].is_half_open;
  }
  if (settings_.mode == Mode::kFillFirst) {
    return a < b;
  }
  if (settings_.mode == Mode::kPerformance) {
    if (one.calls != other.calls) {
      return one.calls < other.calls;
    }
    return one.first_byte_ms != other.first_byte_ms ? one.first_byte_ms < other.first_byte_ms
                                                    : one.last_used_ms < other.last_used_ms;
  }
  const std::uint64_t load = std::uint64_t{one.calls} * other.weight;
  const std::uint64_t other_load = std::uint64_t{other.calls} * one.weight;
  if (load != other_load) {
    return load < other_load;
  }
  if (!one.rooms.empty() || !other.rooms.empty()) {
    const int left = tenths(remaining(one.rooms, family, now_ms));
    const int other_left = tenths(remaining(other.rooms, family, now_ms));
    if (left != other_left) {
      return left > other_left;
    }
  }
  return one.last_used_ms < other.last_used_ms;
}

// Smooth weighted round robin among those with the highest priority.
std::size_t Pool::next_of_round() {
  int priority = std::numeric_limits<int>::min();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (looked_[i].why == Why::kRanked) {
      priority = std::max(priority, slots_[i].priority);
    }
  }
  std::size_t next = kNone;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (looked_[i].why != Why::kRanked || slot.priority != priority) {
      continue;
    }
    if (looked_[i].is_half_open) {
      return i;
    }
    slot.credit += slot.weight;
    total += slot.weight;
    if (next == kNone || slot.credit > slots_[next].credit) {
      next = i;
    }
  }
  if (next != kNone) {
    slots_[next].credit -= total;
  }
  return next;
}

std::size_t Pool::ranked_first(const Ask& ask, std::int64_t now_ms) {
  if (settings_.mode == Mode::kWeighted) {
    return next_of_round();
  }
  std::size_t best = kNone;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (looked_[i].why == Why::kRanked &&
        (best == kNone || goes_before(i, best, ask.family, now_ms))) {
      best = i;
    }
  }
  return best;
}

// The slot, or kNone with the time to ask again in `choice`.
std::size_t Pool::pick(const Ask& ask, std::size_t asked, std::size_t bound, std::int64_t now_ms,
                       Choice& choice) {
  const auto is_free = [&](std::size_t slot) {
    return slot != kNone && looked_[slot].why == Why::kRanked;
  };
  if (is_standing_behind(ask)) {
    choice.until_ms = now_ms + kAskAgainMs;
    choice.explanation.rule = "others wait already";
    return kNone;
  }
  if (is_free(asked)) {
    choice.explanation.rule = "asked for";
    return asked;
  }
  const auto preferred =
      settings_.preferred.empty() ? slot_of_.end() : slot_of_.find(settings_.preferred);
  if (preferred != slot_of_.end() && is_free(preferred->second)) {
    choice.explanation.rule = "preferred";
    return preferred->second;
  }
  if (is_free(bound)) {
    choice.explanation.rule = "session";
    return bound;
  }
  if (bound != kNone && settings_.mode == Mode::kCacheFirst && ask.is_patient) {
    const std::int64_t until = looked_[bound].until_ms;
    if (!looked_[bound].is_guess && until > now_ms && until - now_ms <= settings_.most_wait_ms) {
      choice.until_ms = until;
      choice.waits_for_one = true;
      choice.explanation.rule = "waits for its session's account";
      return kNone;
    }
  }
  constexpr std::array<const char*, 5> kRules{"least busy", "least busy", "fastest",
                                              "first in order", "its turn by weight"};
  choice.explanation.rule = kRules[static_cast<std::size_t>(settings_.mode)];
  return ranked_first(ask, now_ms);
}

// Most calls belong to a session whose account is free, and then it does not matter how the others
// are: they are looked at only as far as the explanation tells of them. The same as pick() would
// say; kNone when all have to be looked at.
std::size_t Pool::settle(const Ask& ask, std::size_t asked, std::size_t bound,
                         const std::vector<std::string>& tried, std::int64_t now_ms,
                         Choice& choice) {
  if (is_standing_behind(ask)) {
    return kNone;
  }
  const std::vector<bool>& serve = slots_for(ask.model);
  const auto verdict_on = [&](std::size_t slot) {
    return serve[slot] ? look(slots_[slot], ask, tried, now_ms) : Verdict{Why::kModel};
  };
  const auto preferred =
      settings_.preferred.empty() ? slot_of_.end() : slot_of_.find(settings_.preferred);
  const std::array<std::pair<std::size_t, const char*>, 3> first{
      {{asked, "asked for"},
       {preferred == slot_of_.end() ? kNone : preferred->second, "preferred"},
       {bound, "session"}}};
  looked_.resize(slots_.size());
  for (const auto& [slot, rule] : first) {
    if (slot == kNone || (looked_[slot] = verdict_on(slot)).why != Why::kRanked) {
      continue;
    }
    Explanation& explanation = choice.explanation;
    explanation.rule = rule;
    explanation.first.reserve(std::min(slots_.size(), Explanation::kMost));
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const bool is_told = i == slot || explanation.first.size() + 1 < Explanation::kMost;
      if (!is_told && i > slot) {
        explanation.counts[static_cast<std::size_t>(Why::kRanked)] +=
            static_cast<std::uint32_t>(slots_.size() - i);
        break;
      }
      const Verdict verdict = i == slot ? Verdict{Why::kChosen}
                              : is_told ? verdict_on(i)
                                        : Verdict();
      ++explanation.counts[static_cast<std::size_t>(verdict.why)];
      if (is_told) {
        explanation.first.push_back({slots_[i].account->id(), verdict.why, verdict.until_ms});
      }
    }
    return slot;
  }
  return kNone;
}

// A guess puts an account behind the others, but nobody waits or fails for it alone.
std::size_t Pool::guessed(Choice& choice) const {
  std::size_t best = kNone;
  for (std::size_t i = 0; i < looked_.size(); ++i) {
    const Verdict& verdict = looked_[i];
    if (verdict.why == Why::kLimited && verdict.is_guess &&
        (best == kNone || verdict.until_ms < looked_[best].until_ms)) {
      best = i;
    }
  }
  if (best != kNone) {
    choice.explanation.rule = "limited by a guess only, and no other is free";
  }
  return best;
}

Choice Pool::choose(const Ask& ask, const std::vector<std::string>& tried, std::int64_t now_ms) {
  const bool is_sticky = !ask.session.empty() && ask.account.empty();
  const std::optional<std::string> session =
      is_sticky ? sessions_.find(ask.session, now_ms) : std::nullopt;
  const std::lock_guard lock(mutex_);
  Choice choice;
  const Standing upstream = provider_limits_.standing(ask.family, ask.size, now_ms);
  if (upstream.kind == Standing::Kind::kBlocked && !upstream.is_guess) {
    choice.until_ms = std::max(upstream.until_ms, now_ms + kAskAgainMs);
    choice.proof = upstream.limit->proof;
    choice.explanation.rule = "the upstream as a whole is limited";
    return choice;
  }
  const std::vector<bool>& serve = slots_for(ask.model);
  const auto slot_named = [&](const std::string& id) {
    const auto found = slot_of_.find(id);
    return found == slot_of_.end() ? kNone : found->second;
  };
  const std::size_t asked = ask.account.empty() ? kNone : slot_named(std::string(ask.account));
  const std::size_t bound =
      session && settings_.mode != Mode::kPerformance ? slot_named(*session) : kNone;
  if (const std::size_t settled = settle(ask, asked, bound, tried, now_ms, choice);
      settled != kNone) {
    take(settled, ask, now_ms, choice);
    return choice;
  }
  looked_.resize(slots_.size());
  const bool is_open = tried.empty() && ask.account.empty();
  const Verdict* soonest = nullptr;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Verdict& verdict = looked_[i];
    if (is_open && slots_[i].is_plain && serve[i]) {
      verdict = Verdict();
      continue;
    }
    verdict = serve[i] ? look(slots_[i], ask, tried, now_ms) : Verdict{Why::kModel};
    if (verdict.until_ms > 0 && (soonest == nullptr || verdict.until_ms < soonest->until_ms)) {
      soonest = &verdict;
    }
  }
  std::size_t chosen = pick(ask, asked, bound, now_ms, choice);
  if (chosen == kNone && choice.until_ms == 0) {
    chosen = guessed(choice);
  }
  if (chosen != kNone) {
    looked_[chosen].why = Why::kChosen;
    take(chosen, ask, now_ms, choice);
  } else if (choice.until_ms == 0 && soonest != nullptr) {
    choice.until_ms = soonest->until_ms;
    choice.explanation.rule = "none is free";
    if (soonest->limit != nullptr) {
      choice.proof = soonest->limit->proof;
    }
  } else if (choice.until_ms == 0) {
    choice.explanation.rule = "none is left";
  }
  explain(chosen, choice.explanation);
  return choice;
}

void Pool::take(std::size_t slot_number, const Ask& ask, std::int64_t now_ms, Choice& choice) {
  Slot& slot = slots_[slot_number];
  ++slot.calls;
  slot.last_used_ms = now_ms;
  Lease& lease = choice.lease;
  lease.pool_ = this;
  lease.account_ = slot.account;
  lease.family_ = ask.family;
  lease.size_ = ask.size;
  lease.since_ms_ = now_ms;
  const bool is_upstream_on_trial =
      !provider_limits_.list().empty() &&
      provider_limits_.standing(ask.family, ask.size, now_ms).kind == Standing::Kind::kHalfOpen;
  lease.is_probe_ = looked_[slot_number].is_half_open || is_upstream_on_trial;
  if (lease.is_probe_) {
    slot.limits.begin_probe(ask.family, ask.size, now_ms);
    provider_limits_.begin_probe(ask.family, ask.size, now_ms);
  }
  if (!ask.session.empty() && ask.account.empty() && settings_.mode != Mode::kPerformance) {
    sessions_.bind(ask.session, slot.account->id(), now_ms);
  }
}

void Pool::explain(std::size_t chosen, Explanation& explanation) const {
  explanation.first.reserve(std::min(looked_.size(), Explanation::kMost));
  for (std::size_t i = 0; i < looked_.size(); ++i) {
    const Verdict& verdict = looked_[i];
    ++explanation.counts[static_cast<std::size_t>(verdict.why)];
    if (i == chosen || explanation.first.size() + 1 < Explanation::kMost) {
      explanation.first.push_back({slots_[i].account->id(), verdict.why, verdict.until_ms});
    }
  }
}

}  // namespace abv::account
