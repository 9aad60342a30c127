#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/secret.hpp"
#include "host/plugin/outgoing.hpp"

namespace abv::account {

// What is known of a credential but for its secrets: as its file or the YAML states it.
struct AccountFacts {
  std::string id = {};  // unique in the host, stable: the file's name, or the provider's for the
                        // key in the YAML
  std::string provider = {};  // a key of `providers`
  std::string kind = {};      // "api_key", "oauth", "codex", "bearer", "header"
  std::string label = {};     // for people; empty: the id
  std::string tier = {};      // for people: "pro", "free"
  int priority = 0;           // higher goes first
  unsigned weight = 1;        // share of the calls, at least 1
  bool is_enabled = true;
  std::string disabled_reason = {};      // for people, when it is not
  std::vector<std::string> models = {};  // globs of the models it may be used for; empty: all
  unsigned most_calls = 0;               // at the same time; 0: any number
  std::int64_t expires_at_ms = 0;        // of its access token, since 1970; 0: never
  std::string attributes_json = "{}";    // what its provider needs to know besides secrets
  std::string place = {};                // "data/accounts/work.json" or "config/abv.yaml:12:5"
};

// A credential of a provider. Immutable: a change makes a new one, and calls that run keep theirs.
// Any thread.
class Account final : public plugin::AccountSecrets {
 public:
  using Secrets = std::map<std::string, Secret, std::less<>>;

  Account(AccountFacts facts, Secrets secrets, Secret proxy = Secret())
      : facts_(std::move(facts)), secrets_(std::move(secrets)), proxy_(std::move(proxy)) {}

  const AccountFacts& facts() const { return facts_; }
  const std::string& id() const { return facts_.id; }
  const Secrets& secrets() const { return secrets_; }

  // An HTTP proxy of its own. Empty: the provider's.
  const Secret& proxy() const { return proxy_; }

  // Counted, so that it can be told which plugin reads secrets.
  const Secret* find(std::string_view field) override {
    const auto found = secrets_.find(field);
    if (found == secrets_.end()) {
      return nullptr;
    }
    uses_.fetch_add(1, std::memory_order_relaxed);
    return &found->second;
  }
  std::uint64_t uses() const { return uses_.load(std::memory_order_relaxed); }

  // As plugins see it; valid as long as this.
  plugin::Account view() {
    return {facts_.id, facts_.kind, facts_.label.empty() ? facts_.id : facts_.label,
            facts_.attributes_json, this};
  }

 private:
  const AccountFacts facts_;
  const Secrets secrets_;
  const Secret proxy_;
  std::atomic<std::uint64_t> uses_{0};
};

}  // namespace abv::account
