#include "host/account/status_rules.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "host/account/scanner.hpp"

namespace abv::account {
namespace {

using plugin::Action;
using plugin::Scope;

constexpr Millis kNone{0};
constexpr std::optional<Scope> kByEvidence;
constexpr std::optional<Millis> kAsTold;
constexpr std::optional<Kind> kAny;
constexpr Statuses kAll{400, 599};

// A built-in rule, before its texts are copied.
struct Row {
  Statuses statuses;
  std::optional<Kind> kind;
  std::string_view contains;
  Action action;
  std::optional<Scope> scope;
  std::optional<Millis> cool_down;
  std::uint32_t max_retries;
};

constexpr Row kRows[] = {
    // Too large for the limit of this account; a larger account may take it. Nobody is to cool down
    // for what is the request's own doing.
    {{429, 429}, Kind::kTooLarge, "", Action::kRotate, Scope::kRequest, kNone, 0},
    // Too large for the model: every account would say the same.
    {kAll, Kind::kTooLarge, "", Action::kPass, Scope::kRequest, kNone, 0},
    // A person has to follow a link. Asking at once again may make it worse; the block often ends
    // in
    // minutes.
    {kAll, Kind::kVerification, "", Action::kRotate, Scope::kAccount, std::chrono::minutes(10), 0},
    // Money comes back when somebody pays, which no answer announces.
    {kAll, Kind::kBilling, "", Action::kRotate, Scope::kAccount, kAsTold, 0},
    // Overload of the whole service, Anthropic's status: other accounts stand in the same queue.
    {{529, 529}, kAny, "", Action::kRetry, Scope::kProvider, kAsTold, 2},
    // A model is out of capacity, whatever the status says. It passes in seconds.
    {kAll, Kind::kCapacity, "", Action::kRetry, Scope::kModel, kAsTold, 2},
    // Allowances and rates are another account's to give. Whether the model or the account is used
    // up shows in the answer.
    {kAll, Kind::kQuota, "", Action::kRotate, kByEvidence, kAsTold, 0},
    {kAll, Kind::kRate, "", Action::kRotate, kByEvidence, kAsTold, 0},
    // A token may merely have run out. An account with nothing to refresh is the pool's to judge.
    {{401, 401}, kAny, "", Action::kRefresh, Scope::kAccount, kAsTold, 1},
    // A key that is called invalid with another status does not become valid: Gemini says 400.
    {{400, 499}, Kind::kCredential, "", Action::kDead, Scope::kAccount, kAsTold, 0},
    // The account may not do this. That may be about one model only, so only that is closed.
    {{403, 403}, kAny, "", Action::kRotate, Scope::kModel, kAsTold, 0},
    {kAll, Kind::kForbidden, "", Action::kRotate, Scope::kAccount, kAsTold, 0},
    // A model that this account does not have, another one may have.
    {{404, 404}, kAny, "model", Action::kRotate, Scope::kModel, kAsTold, 0},
    {kAll, Kind::kNotFound, "model", Action::kRotate, Scope::kModel, kAsTold, 0},
    // Files, batches and responses belong to the account that made them; elsewhere is no better.
    {{404, 404}, kAny, "", Action::kPass, Scope::kRequest, kNone, 0},
    // Slow arrival of a request, and a lock that was held: both end by being tried again.
    {{408, 409}, kAny, "", Action::kRetry, Scope::kRequest, kNone, 1},
    // Larger than the service takes.
    {{413, 413}, kAny, "", Action::kPass, Scope::kRequest, kNone, 0},
    // A limit in words that nobody knows yet.
    {{429, 429}, kAny, "", Action::kRotate, kByEvidence, kAsTold, 0},
    // Without words a 503 is an overload like the others.
    {{503, 503}, kAny, "", Action::kRetry, Scope::kModel, kAsTold, 2},
    // A fault of the upstream. It says nothing of the account, but another one may sit elsewhere.
    {{500, 599}, kAny, "", Action::kRetry, Scope::kModel, kNone, 1},
    // The request itself, 400 and 422 above all: nobody would take it.
    {{400, 499}, kAny, "", Action::kPass, Scope::kRequest, kNone, 0},
};

bool fits_status(const Rule& rule, int status) {
  return rule.statuses.empty() ||
         std::any_of(rule.statuses.begin(), rule.statuses.end(), [&](const Statuses& range) {
           return status >= range.from && status <= range.to;
         });
}

// Shell-like match of the whole text, case aside.
bool glob_fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}

bool contains(std::string_view body, const std::string& wanted) {
  if (wanted.empty()) {
    return true;
  }
  if (wanted.find_first_of("*?") != std::string::npos) {
    return glob_fits("*" + wanted + "*", body);
  }
  const auto found = std::search(body.begin(), body.end(), wanted.begin(), wanted.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
  return found != body.end();
}

std::int64_t cool_down_of(const Rule& rule, Scope scope, const std::optional<Wait>& wait,
                          const CoolDownBounds& bounds) {
  if (rule.cool_down) {
    return rule.cool_down->count();
  }
  if (scope == Scope::kRequest) {
    return 0;
  }
  if (!wait) {
    return -1;
  }
  return std::min(std::max(wait->time, bounds.floor), bounds.ceiling).count();
}

}  // namespace

std::span<const Rule> built_in_rules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> made;
    std::transform(std::begin(kRows), std::end(kRows), std::back_inserter(made),
                   [](const Row& row) {
                     return Rule{{row.statuses}, row.kind,  std::string(row.contains),
                                 row.action,     row.scope, row.cool_down,
                                 row.max_retries};
                   });
    return made;
  }();
  return rules;
}

std::vector<Rule> rules_with(std::vector<Rule> own) {
  const std::span<const Rule> built_in = built_in_rules();
  own.insert(own.end(), built_in.begin(), built_in.end());
  return own;
}

std::optional<Action> action_from(std::string_view name) {
  static constexpr std::pair<std::string_view, Action> kNames[] = {
      {"pass", Action::kPass},       {"retry", Action::kRetry}, {"rotate", Action::kRotate},
      {"refresh", Action::kRefresh}, {"dead", Action::kDead},
  };
  const auto* const found = std::find_if(std::begin(kNames), std::end(kNames),
                                         [&](const auto& row) { return row.first == name; });
  return found == std::end(kNames) ? std::nullopt : std::optional(found->second);
}

std::optional<Scope> scope_from(std::string_view name) {
  static constexpr std::pair<std::string_view, Scope> kNames[] = {
      {"request", Scope::kRequest},
      {"model", Scope::kModel},
      {"account", Scope::kAccount},
      {"provider", Scope::kProvider},
  };
  const auto* const found = std::find_if(std::begin(kNames), std::end(kNames),
                                         [&](const auto& row) { return row.first == name; });
  return found == std::end(kNames) ? std::nullopt : std::optional(found->second);
}

const Rule* find_rule(std::span<const Rule> rules, const Refusal& refusal) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
    return fits_status(rule, refusal.evidence.status) &&
           (!rule.kind || *rule.kind == refusal.evidence.kind) &&
           contains(refusal.body, rule.contains);
  });
  return found == rules.end() ? nullptr : &*found;
}

plugin::Verdict decide(std::span<const Rule> rules, const Refusal& refusal,
                       const CoolDownBounds& bounds, const plugin::Verdict& otherwise) {
  const Rule* rule = find_rule(rules, refusal);
  if (rule == nullptr) {
    return otherwise;
  }
  const std::optional<Wait> wait = wait_of(refusal.evidence);
  plugin::Verdict verdict;
  verdict.action = rule->action;
  verdict.scope = rule->scope.value_or(scope_of(refusal.evidence));
  verdict.cool_down_ms = cool_down_of(*rule, verdict.scope, wait, bounds);
  verdict.retry_after_ms = wait ? wait->time.count() : -1;
  if (verdict.action == Action::kRetry && refusal.attempt > rule->max_retries) {
    const bool is_anothers_turn =
        verdict.scope == Scope::kModel || verdict.scope == Scope::kAccount;
    verdict.action = is_anothers_turn ? Action::kRotate : Action::kPass;
  }
  return verdict;
}

}  // namespace abv::account
