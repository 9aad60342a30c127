#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/account/evidence.hpp"
#include "host/plugin/provider.hpp"

// What the host does about a refusal: data, which operators extend per provider in the YAML.
namespace abv::account {

// A range of HTTP statuses, both ends included.
struct Statuses {
  int from = 400;
  int to = 599;
};

// One line of the table. What is empty fits everything.
struct Rule {
  std::vector<Statuses> statuses;
  std::optional<Kind> kind;
  std::string contains;  // in the body, case aside; with * and ? a pattern for a part of it

  plugin::Action action = plugin::Action::kPass;
  std::optional<plugin::Scope> scope;  // nothing: what the evidence says, see scope_of
  std::optional<Millis> cool_down;     // nothing: what the evidence says, see wait_of
  std::uint32_t max_retries = 1;       // for kRetry
};

// The host's own rules, in order. They fit every status from 400 to 599.
std::span<const Rule> built_in_rules();

// `own` before the built-in rules: the table of one provider.
std::vector<Rule> rules_with(std::vector<Rule> own);

// "pass", "retry", …, and "request", "model", …: as in the YAML.
std::optional<plugin::Action> action_from(std::string_view name);
std::optional<plugin::Scope> scope_from(std::string_view name);

// What is to be decided about. Views.
struct Refusal {
  const Evidence& evidence;
  std::string_view body;  // or as much of it as was read
  std::uint32_t attempt =
      1;  // how often this account has been asked for this call, 1 for the first
};

// Bounds of cool-downs that follow from evidence. Those that a rule states are left as they are.
struct CoolDownBounds {
  Millis floor = std::chrono::seconds(2);
  Millis ceiling = std::chrono::minutes(30);
};

// The first rule that fits; null when none does.
const Rule* find_rule(std::span<const Rule> rules, const Refusal& refusal);

// The verdict that a provider's judge is given to refine. `otherwise` when no rule fits.
//
// A retry that was made max_retries times is turned into rotating where it is an account or a model
// that fails, because another account may be better off, and into passing the answer on where it is
// the request or the whole upstream.
//
// cool_down_ms is that of the rule; else 0 for what concerns the request only; else the wait of the
// evidence within `bounds`; else -1. retry_after_ms is what the upstream said, exactly.
plugin::Verdict decide(std::span<const Rule> rules, const Refusal& refusal,
                       const CoolDownBounds& bounds, const plugin::Verdict& otherwise = {});

}  // namespace abv::account
