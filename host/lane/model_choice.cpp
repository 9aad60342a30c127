#include "host/lane/model_choice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "abv/sdk/text.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/model_catalogue.hpp"

namespace abv::lane {
namespace {

void add(std::vector<Candidate>& candidates, Candidate candidate) {
  if (std::find(candidates.begin(), candidates.end(), candidate) == candidates.end()) {
    candidates.push_back(std::move(candidate));
  }
}

// Rendezvous hashing: every provider bids for the number, with one account's worth of luck for each
// of its accounts. Calls with the same number stay where they are when others come and go.
double bid(const Target& target, std::uint64_t share) {
  const std::uint64_t hash = sdk::fnv1a(target.name + '\n' + std::to_string(share));
  // The upper bits of this hash hardly move with the last characters, so they are mixed once more.
  const std::uint64_t mixed = (hash ^ (hash >> 31)) * 0x9E3779B97F4A7C15U;
  const double luck = (static_cast<double>(mixed >> 11) + 0.5) / 9007199254740992.0;
  const std::size_t accounts = target.accounts == nullptr ? 1 : target.accounts->size();
  return -static_cast<double>(std::max<std::size_t>(accounts, 1)) / std::log(luck);
}

// The rule's targets that can answer at `endpoint`, in the order in which they are tried.
std::vector<const Target*> targets_of(const Rule& rule, const Route& route,
                                      const plugin::Endpoint& endpoint,
                                      const std::function<std::uint64_t()>& share) {
  std::vector<const Target*> targets;
  for (const Target* target : rule.targets) {
    if (lane_for(route.dialect, endpoint, *target) != Lane::kNone) {
      targets.push_back(target);
    }
  }
  if (rule.is_pooled && targets.size() > 1) {
    const std::uint64_t number = share();
    std::stable_sort(targets.begin(), targets.end(), [&](const Target* a, const Target* b) {
      return bid(*a, number) > bid(*b, number);
    });
  }
  return targets;
}

const Target* find_target(const Site& site, const std::string& name) {
  const auto found = std::find_if(site.targets.begin(), site.targets.end(),
                                  [&](const auto& target) { return target->name == name; });
  return found == site.targets.end() ? nullptr : found->get();
}

}  // namespace

std::string map_model(const Site& site, const model::Asker& asker, std::string_view asked,
                      std::string& trace) {
  model::Mapped mapped = site.names.mapping.map(asked, asker);
  if (mapped.rule != nullptr) {
    trace = "models.rules[" + std::to_string(mapped.number) + "] " + mapped.rule->match() + " -> " +
            mapped.name;
  }
  return std::move(mapped.name);
}

ModelChoice choose_model(const Site& site, const Route& route, const plugin::Endpoint& endpoint,
                         std::string_view name, const std::function<std::uint64_t()>& share) {
  ModelChoice choice;
  for (const model::Step& step : model::follow(site.names.aliases, name)) {
    if (!step.provider.empty()) {
      const Target* target = find_target(site, step.provider);
      if (target != nullptr && lane_for(route.dialect, endpoint, *target) != Lane::kNone) {
        add(choice.candidates, {target, step.model});
      }
      continue;
    }
    const Rule* rule = resolve(route, endpoint, step.model);
    if (rule == nullptr) {
      continue;
    }
    for (const Target* target : targets_of(*rule, route, endpoint, share)) {
      add(choice.candidates, {target, rule->as.empty() ? step.model : rule->as});
    }
  }
  if (site.names.aliases.contains(name)) {
    choice.trace = "alias " + std::string(name) + " -> ";
  } else if (choice.candidates.size() > 1) {
    choice.trace = std::string(name) + " -> ";
  } else {
    return choice;
  }
  for (const Candidate& candidate : choice.candidates) {
    choice.trace += candidate.target->name + "/" + candidate.model;
    choice.trace += &candidate == &choice.candidates.back() ? "" : ", ";
  }
  if (choice.candidates.empty()) {
    choice.trace += "nobody";
  }
  return choice;
}

CallError unserved(const Site& site, const Route& route, const plugin::Endpoint& endpoint,
                   const std::string& asked, const std::string& name) {
  const bool has_model = endpoint.model_at != plugin::ModelAt::kNone;
  std::string message =
      "no enabled provider of route \"" + route.name + "\" offers \"" + endpoint.operation + "\"";
  if (has_model) {
    message += " for the model \"" + asked + "\"";
    message += name == asked ? "" : " (which became \"" + name + "\")";
    std::string near;
    for (const std::string& one : model::near_matches(asked, site.models->known(site, route))) {
      near += (near.empty() ? "\"" : ", \"") + one + "\"";
    }
    message += near.empty() ? "" : "; near it are: " + near;
  }
  CallError error =
      CallError::make(404, ABV_E_NOT_FOUND, has_model ? "model_not_found" : "not_found", message);
  error.param = has_model ? "model" : "";
  return error;
}

}  // namespace abv::lane
