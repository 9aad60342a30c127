#include "host/account/pool.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "host/route/pattern.hpp"

namespace abv::account {
namespace {

// Models whose accounts are known by heart.
constexpr std::size_t kMostModels = 256;

bool same_secrets(const Account& a, const Account& b) {
  return std::equal(a.secrets().begin(), a.secrets().end(), b.secrets().begin(), b.secrets().end(),
                    [](const auto& one, const auto& other) {
                      return one.first == other.first &&
                             one.second.reveal() == other.second.reveal();
                    });
}

void note_room(std::vector<std::pair<std::string, Room>>& rooms, std::string_view family,
               const Room& room) {
  const std::string_view of = room.is_of_account ? std::string_view() : family;
  for (auto& [known_family, known] : rooms) {
    if (known_family == of && known.window == room.window) {
      known = room;
      return;
    }
  }
  rooms.emplace_back(of, room);
}

}  // namespace

Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      account_(std::move(other.account_)),
      family_(std::move(other.family_)),
      size_(other.size_),
      since_ms_(other.since_ms_),
      is_probe_(other.is_probe_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    if (pool_ != nullptr) {
      pool_->end(*this);
    }
    pool_ = std::exchange(other.pool_, nullptr);
    account_ = std::move(other.account_);
    family_ = std::move(other.family_);
    size_ = other.size_;
    since_ms_ = other.since_ms_;
    is_probe_ = other.is_probe_;
  }
  return *this;
}

Lease::~Lease() {
  if (pool_ != nullptr) {
    pool_->end(*this);
  }
}

Pool::Pool(std::string provider, const PoolSettings& settings,
           std::shared_ptr<store::ExpiringStore> sessions, PoolMemory* memory)
    : provider_(std::move(provider)),
      sessions_(settings.sessions, std::move(sessions)),
      memory_(memory),
      settings_(settings) {}

PoolSettings Pool::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void Pool::set_settings(const PoolSettings& settings) {
  sessions_.set_terms(settings.sessions);
  const std::lock_guard lock(mutex_);
  settings_ = settings;
  for (Slot& slot : slots_) {
    set_plain(slot);
  }
}

void Pool::set_accounts(const std::vector<std::shared_ptr<Account>>& accounts) {
  const std::lock_guard lock(mutex_);
  std::vector<Slot> slots;
  std::unordered_map<std::string, std::size_t> slot_of;
  for (const std::shared_ptr<Account>& account : accounts) {
    Slot slot;
    if (Slot* known = find(account->id()); known != nullptr) {
      const bool is_same = same_secrets(*known->account, *account);
      slot = std::move(*known);
      if (!is_same) {
        slot.stale_reason.clear();
        slot.stale_until_ms = 0;
        if (slot.limits.clear()) {
          keep(account->id(), slot.limits);
        }
      }
    } else if (memory_ != nullptr) {
      if (const auto stored = memory_->recall(account->id())) {
        if (Result<Limits> limits = Limits::from_json(*stored)) {
          slot.limits = std::move(*limits);
        }
      }
    }
    slot.account = account;
    set_plain(slot);
    slot_of.emplace(account->id(), slots.size());
    slots.push_back(std::move(slot));
  }
  slots_ = std::move(slots);
  slot_of_ = std::move(slot_of);
  for_model_.clear();
  changed_.notify_all();
}

void Pool::replace(std::shared_ptr<Account> account) {
  const std::lock_guard lock(mutex_);
  if (Slot* slot = find(account->id()); slot != nullptr) {
    slot->account = std::move(account);
    slot->stale_reason.clear();
    slot->stale_until_ms = 0;
    set_plain(*slot);
    for_model_.clear();
    changed_.notify_all();
  }
}

void Pool::set_plain(Slot& slot) const {
  const AccountFacts& facts = slot.account->facts();
  slot.priority = facts.priority;
  slot.weight = facts.weight;
  slot.is_plain = facts.is_enabled && facts.most_calls == 0 && slot.stale_until_ms == 0 &&
                  slot.limits.list().empty() &&
                  (settings_.protected_below <= 0 || slot.rooms.empty());
}

Pool::Slot* Pool::find(std::string_view account) {
  const auto found = slot_of_.find(std::string(account));
  return found == slot_of_.end() ? nullptr : &slots_[found->second];
}

const std::vector<bool>& Pool::slots_for(std::string_view model) {
  if (const auto known = for_model_.find(model); known != for_model_.end()) {
    return known->second;
  }
  if (for_model_.size() >= kMostModels) {
    for_model_.clear();
  }
  std::vector<bool> serve;
  for (const Slot& slot : slots_) {
    const std::vector<std::string>& globs = slot.account->facts().models;
    serve.push_back(globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const auto& glob) {
                      return route::glob_matches(glob, model);
                    }));
  }
  return for_model_.emplace(model, std::move(serve)).first->second;
}

void Pool::end(Lease& lease) {
  const std::lock_guard lock(mutex_);
  if (Slot* slot = find(lease.account_->id()); slot != nullptr) {
    slot->calls -= slot->calls > 0 ? 1 : 0;
    changed_.notify_all();
    if (lease.is_probe_) {
      slot->limits.end_probe(lease.family_, lease.size_);
    }
  }
  if (lease.is_probe_) {
    provider_limits_.end_probe(lease.family_, lease.size_);
  }
}

Limits& Pool::limits_of(Slot& slot, plugin::Scope scope) {
  return scope == plugin::Scope::kProvider ? provider_limits_ : slot.limits;
}

std::optional<Charge> Pool::report(Lease& lease, const Report& report, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  Slot* slot = find(lease.account_->id());
  if (slot == nullptr) {
    return std::nullopt;
  }
  bool has_changed = false;
  for (const Room& room : report.rooms) {
    note_room(slot->rooms, lease.family_, room);
    if (report.is_served && room.remaining.value_or(0) > 0) {
      has_changed |= slot->limits.relieve(
          room.is_of_account ? std::string_view() : std::string_view(lease.family_), room.window,
          lease.since_ms_);
    }
  }
  std::optional<Charge> charge;
  if (report.is_served) {
    ++slot->served;
    if (report.first_byte_ms >= 0) {
      slot->first_byte_ms = slot->first_byte_ms < 0
                                ? report.first_byte_ms
                                : (slot->first_byte_ms * 7 + report.first_byte_ms) / 8;
    }
    has_changed |= slot->limits.disprove(lease.family_, lease.size_, lease.since_ms_);
    provider_limits_.disprove(lease.family_, lease.size_, lease.since_ms_);
    lease.is_probe_ = false;
  } else if (report.scope != plugin::Scope::kRequest) {
    ++slot->refused;
    charge.emplace();
    charge->account = lease.account_->id();
    charge->scope = report.scope;
    charge->refusal =
        NewLimit{report.scope == plugin::Scope::kModel ? lease.family_ : std::string(),
                 report.window, 0, report.wait_ms, report.proof};
    charge->before =
        limits_of(*slot, report.scope).refuse(charge->refusal, settings_.terms, now_ms);
    has_changed = report.scope != plugin::Scope::kProvider;
  }
  set_plain(*slot);
  if (has_changed) {
    keep(lease.account_->id(), slot->limits);
    changed_.notify_all();
  }
  return charge;
}

void Pool::narrow(const Charge& charge, std::uint64_t size, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  Slot* slot = find(charge.account);
  if (slot == nullptr) {
    return;
  }
  Limits& limits = limits_of(*slot, charge.scope);
  limits.withdraw(charge.refusal, charge.before);
  NewLimit narrowed = charge.refusal;
  narrowed.least_size = std::bit_floor(std::max<std::uint64_t>(size, 1));  // few classes of sizes
  limits.refuse(narrowed, settings_.terms, now_ms);
  set_plain(*slot);
  keep(charge.account, slot->limits);
}

void Pool::set_stale(const std::string& account, std::string reason, std::int64_t until_ms) {
  const std::lock_guard lock(mutex_);
  if (Slot* slot = find(account); slot != nullptr) {
    slot->stale_reason = std::move(reason);
    slot->stale_until_ms = slot->stale_reason.empty() ? 0 : until_ms;
    set_plain(*slot);
  }
}

void Pool::note_rooms(const std::string& account, std::string_view family,
                      const std::vector<Room>& rooms, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  Slot* slot = find(account);
  if (slot == nullptr) {
    return;
  }
  bool has_changed = false;
  for (const Room& room : rooms) {
    note_room(slot->rooms, family, room);
    if (room.remaining.value_or(0) > 0) {
      has_changed |= slot->limits.relieve(family, room.window, now_ms);
    }
  }
  set_plain(*slot);
  if (has_changed) {
    keep(account, slot->limits);
    changed_.notify_all();
  }
}

bool Pool::clear_limits(std::string_view account) {
  const std::lock_guard lock(mutex_);
  bool had_any = account.empty() && provider_limits_.clear();
  for (Slot& slot : slots_) {
    if (!account.empty() && slot.account->id() != account) {
      continue;
    }
    slot.stale_until_ms = 0;
    if (slot.limits.clear()) {
      had_any = true;
      keep(slot.account->id(), slot.limits);
    }
    set_plain(slot);
  }
  changed_.notify_all();
  return had_any;
}

void Pool::keep(const std::string& account, const Limits& limits) const {
  if (memory_ != nullptr) {
    memory_->keep(account, limits.to_json());
  }
}

std::uint64_t Pool::wait_in_line(std::string_view family, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  line_.push_back({++last_ticket_, std::string(family), size});
  return last_ticket_;
}

void Pool::leave_line(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  std::erase_if(line_, [&](const Waiter& waiter) { return waiter.ticket == ticket; });
}

void Pool::wait_for_change(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most);
}

std::shared_ptr<Account> Pool::account(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const Slot* slot = find(id);
  return slot == nullptr ? nullptr : slot->account;
}

std::shared_ptr<Account> Pool::any_account(std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto is_fit = [&](const Slot& slot) {
    return slot.account->facts().is_enabled && slot.stale_until_ms <= now_ms &&
           slot.limits.standing({}, 0, now_ms).kind == Standing::Kind::kFree;
  };
  const auto fit = std::find_if(slots_.begin(), slots_.end(), is_fit);
  if (fit != slots_.end()) {
    return fit->account;
  }
  return slots_.empty() ? nullptr : slots_.front().account;
}

std::vector<std::shared_ptr<Account>> Pool::accounts() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Account>> accounts;
  accounts.reserve(slots_.size());
  for (const Slot& slot : slots_) {
    accounts.push_back(slot.account);
  }
  return accounts;
}

std::vector<AccountState> Pool::states() const {
  const std::lock_guard lock(mutex_);
  std::vector<AccountState> states;
  for (const Slot& slot : slots_) {
    states.push_back({slot.account, slot.limits.list(), slot.rooms, slot.calls, slot.last_used_ms,
                      slot.first_byte_ms, slot.served, slot.refused, slot.stale_reason});
  }
  return states;
}

std::vector<Limit> Pool::provider_limits() const {
  const std::lock_guard lock(mutex_);
  return provider_limits_.list();
}

std::size_t Pool::size() const {
  const std::lock_guard lock(mutex_);
  return slots_.size();
}

unsigned Pool::calls() const {
  const std::lock_guard lock(mutex_);
  unsigned calls = 0;
  for (const Slot& slot : slots_) {
    calls += slot.calls;
  }
  return calls;
}

}  // namespace abv::account
