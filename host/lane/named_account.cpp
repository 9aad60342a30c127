#include "host/lane/named_account.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "host/model/names.hpp"
#include "host/route/pattern.hpp"

namespace abv::lane {
namespace {

struct Found {
  const Target* target;
  std::string id;

  bool operator==(const Found&) const = default;
};

CallError refusal(int status, abv_status code, const char* word, std::string message) {
  CallError error = CallError::make(status, code, word, std::move(message));
  error.param = std::string(kAccountHeader);
  return error;
}

bool may_ask(const Site& site, std::string_view principal) {
  return !principal.empty() &&
         std::any_of(site.admin_keys.begin(), site.admin_keys.end(),
                     [&](const std::string& key) { return route::glob_matches(key, principal); });
}

CallError unknown(std::string_view asked, const std::vector<std::string>& names) {
  std::string near;
  for (const std::string& one : model::near_matches(asked, names)) {
    near += (near.empty() ? "; near it are: \"" : ", \"") + one + "\"";
  }
  return refusal(404, ABV_E_NOT_FOUND, "account_not_found",
                 std::string(kAccountHeader) + ": no account \"" + std::string(asked) +
                     "\" of a provider that serves this call" + near);
}

}  // namespace

std::optional<CallError> choose_named_account(Call& call, const Site& site, std::string_view asked,
                                              std::vector<Candidate>& candidates) {
  if (asked.empty()) {
    return std::nullopt;
  }
  if (!may_ask(site, call.get("principal"))) {
    return refusal(
        403, ABV_E_DENIED, "permission_denied",
        std::string(kAccountHeader) + ": only keys that admin.keys names may choose an account");
  }
  std::vector<Found> by_id;
  std::vector<Found> by_label;
  std::vector<std::string> names;
  for (const Candidate& candidate : candidates) {
    if (!candidate.target->accounts) {
      continue;
    }
    for (const auto& account : candidate.target->accounts->accounts()) {
      const account::AccountFacts& facts = account->facts();
      if (facts.id == asked || facts.label == asked) {
        std::vector<Found>& list = facts.id == asked ? by_id : by_label;
        const Found found{candidate.target, facts.id};
        if (std::find(list.begin(), list.end(), found) == list.end()) {
          list.push_back(found);
        }
      }
      names.push_back(facts.id);
      if (!facts.label.empty()) {
        names.push_back(facts.label);
      }
    }
  }
  const std::vector<Found>& found = by_id.empty() ? by_label : by_id;
  if (found.empty()) {
    return unknown(asked, names);
  }
  if (found.size() > 1) {
    return refusal(400, ABV_E_INVALID, "invalid_request",
                   std::string(kAccountHeader) + ": several accounts have the label \"" +
                       std::string(asked) + "\": expected an id, such as \"" + found[0].id +
                       "\" or \"" + found[1].id + "\"");
  }
  (void)call.set(kAccountFact, found[0].id);
  std::erase_if(candidates, [&](const Candidate& one) { return one.target != found[0].target; });
  return std::nullopt;
}

}  // namespace abv::lane
