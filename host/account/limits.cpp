#include "host/account/limits.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "host/config/load_json.hpp"
#include "host/config/value.hpp"

namespace abv::account {
namespace {

using config::Value;

bool applies(const Limit& limit, std::string_view family, std::uint64_t size) {
  return (limit.family.empty() || limit.family == family) && size >= limit.least_size;
}

// Without running over: evidence is only text.
std::int64_t later(std::int64_t now_ms, std::int64_t wait_ms) {
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  return wait_ms > kEnd - now_ms ? kEnd : now_ms + wait_ms;
}

// Doubles with each refusal in a row.
std::int64_t guess(const Terms& terms, unsigned strikes) {
  std::int64_t wait = terms.floor_ms;
  for (unsigned i = 1; i < strikes && wait < terms.ceiling_ms; ++i) {
    wait *= 2;
  }
  return std::min(wait, terms.ceiling_ms);
}

Value value_of(const Limit& limit) {
  Value proof = Value::object();
  proof.set("status", Value::integer(limit.proof.status));
  proof.set("source", Value::string(limit.proof.source));
  proof.set("raw", Value::string(limit.proof.raw));
  proof.set("message", Value::string(limit.proof.message));
  proof.set("at_ms", Value::integer(limit.proof.at_ms));
  Value value = Value::object();
  value.set("family", Value::string(limit.family));
  value.set("window", Value::string(limit.window));
  value.set("least_size", Value::integer(static_cast<std::int64_t>(limit.least_size)));
  value.set("since_ms", Value::integer(limit.since_ms));
  value.set("ends_ms", Value::integer(limit.ends_ms));
  value.set("retry_ms", Value::integer(limit.retry_ms));
  value.set("is_guess", Value::boolean(limit.is_guess));
  value.set("strikes", Value::integer(limit.strikes));
  value.set("proof", std::move(proof));
  return value;
}

std::string text_of(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found != nullptr && found->is_string() ? found->text() : std::string();
}

std::int64_t int_of(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found == nullptr ? 0 : found->as_int();
}

Limit limit_of(const Value& value) {
  Limit limit;
  limit.family = text_of(value, "family");
  limit.window = text_of(value, "window");
  limit.least_size =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, int_of(value, "least_size")));
  limit.since_ms = int_of(value, "since_ms");
  limit.ends_ms = int_of(value, "ends_ms");
  limit.retry_ms = int_of(value, "retry_ms");
  const Value* is_guess = value.find("is_guess");
  limit.is_guess = is_guess != nullptr && is_guess->as_bool();
  limit.strikes =
      static_cast<unsigned>(std::clamp<std::int64_t>(int_of(value, "strikes"), 1, 1000));
  if (const Value* proof = value.find("proof"); proof != nullptr) {
    limit.proof.status = static_cast<int>(int_of(*proof, "status"));
    limit.proof.source = text_of(*proof, "source");
    limit.proof.raw = text_of(*proof, "raw");
    limit.proof.message = text_of(*proof, "message");
    limit.proof.at_ms = int_of(*proof, "at_ms");
  }
  return limit;
}

}  // namespace

Standing Limits::standing(std::string_view family, std::uint64_t size, std::int64_t now_ms) const {
  Standing standing;
  for (const Limit& limit : limits_) {
    if (!applies(limit, family, size)) {
      continue;
    }
    const bool is_blocked = now_ms < limit.retry_ms || limit.is_probing;
    if (is_blocked) {
      // Whoever waits for another's trial asks again soon: it has no time of its own.
      const std::int64_t until = std::max(limit.retry_ms, now_ms + 1);
      const bool is_first = standing.kind != Standing::Kind::kBlocked;
      const bool is_guess = limit.is_guess && (is_first || standing.is_guess);
      if (is_first || until > standing.until_ms) {
        standing = {Standing::Kind::kBlocked, until, is_guess, &limit};
      }
      standing.is_guess = is_guess;
    } else if (standing.kind == Standing::Kind::kFree) {
      standing = {Standing::Kind::kHalfOpen, 0, false, &limit};
    }
  }
  return standing;
}

Limit* Limits::find(const NewLimit& refusal) {
  const auto found = std::find_if(limits_.begin(), limits_.end(), [&](const Limit& limit) {
    return limit.family == refusal.family && limit.window == refusal.window &&
           limit.least_size == refusal.least_size;
  });
  return found == limits_.end() ? nullptr : &*found;
}

std::optional<Limit> Limits::refuse(const NewLimit& refusal, const Terms& terms,
                                    std::int64_t now_ms) {
  Limit* limit = find(refusal);
  std::optional<Limit> before;
  if (limit != nullptr) {
    before = *limit;
    before->is_probing = false;
  } else {
    limit = &limits_.emplace_back();
    limit->family = refusal.family;
    limit->window = refusal.window;
    limit->least_size = refusal.least_size;
  }
  const bool is_echo = before && now_ms < before->retry_ms;
  // Whoever is tried before the time that its evidence gave breaks no promise by refusing.
  const bool is_strike = !before || (!is_echo && now_ms >= before->ends_ms);
  limit->strikes += is_strike ? 1 : 0;
  const std::int64_t back_off = guess(terms, limit->strikes);
  limit->is_guess = !refusal.wait_ms;
  // A wait that proved too short is not believed again.
  const std::int64_t wait =
      refusal.wait_ms
          ? std::max({*refusal.wait_ms, terms.floor_ms, limit->strikes > 1 ? back_off : 0})
          : back_off;
  if (!is_echo || refusal.wait_ms) {
    limit->since_ms = now_ms;
    limit->ends_ms = later(now_ms, wait);
    limit->retry_ms = std::min(limit->ends_ms, later(now_ms, terms.ceiling_ms));
    limit->proof = refusal.proof;
  }
  limit->is_probing = false;
  return before;
}

void Limits::withdraw(const NewLimit& refusal, std::optional<Limit> before) {
  Limit* limit = find(refusal);
  if (limit == nullptr) {
    return;
  }
  if (before) {
    *limit = std::move(*before);
  } else {
    limits_.erase(limits_.begin() + (limit - limits_.data()));
  }
}

void Limits::begin_probe(std::string_view family, std::uint64_t size, std::int64_t now_ms) {
  for (Limit& limit : limits_) {
    limit.is_probing |= applies(limit, family, size) && now_ms >= limit.retry_ms;
  }
}

bool Limits::disprove(std::string_view family, std::uint64_t size, std::int64_t sent_ms) {
  return std::erase_if(limits_, [&](const Limit& limit) {
           return limit.since_ms < sent_ms && applies(limit, family, size);
         }) > 0;
}

void Limits::end_probe(std::string_view family, std::uint64_t size) {
  for (Limit& limit : limits_) {
    limit.is_probing &= !applies(limit, family, size);
  }
}

bool Limits::relieve(std::string_view family, std::string_view window, std::int64_t sent_ms) {
  return std::erase_if(limits_, [&](const Limit& limit) {
           return limit.window == window && limit.least_size == 0 && limit.since_ms < sent_ms &&
                  (limit.family.empty() || family.empty() || limit.family == family);
         }) > 0;
}

bool Limits::clear() {
  const bool had_any = !limits_.empty();
  limits_.clear();
  return had_any;
}

std::string Limits::to_json() const {
  Value list = Value::array();
  for (const Limit& limit : limits_) {
    list.push(value_of(limit));
  }
  return list.to_json();
}

Result<Limits> Limits::from_json(const std::string& text) {
  Result<Value> read = config::load_json(text, "stored limits");
  if (!read) {
    return read.error();
  }
  Limits limits;
  for (const Value& item : read->items()) {
    if (item.find("retry_ms") != nullptr) {
      limits.limits_.push_back(limit_of(item));
    }
  }
  return limits;
}

}  // namespace abv::account
