#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/store/expiring_store.hpp"

namespace abv::account {

// Which account a session stays with, so that the upstream's prompt cache is of use. The bindings
// least recently used go first, and each goes when it was not used for a time; with a store they
// outlive the process. Any thread.
class Sessions {
 public:
  struct Terms {
    std::int64_t lifetime_ms = 60 * 60'000;  // since it was last used
    std::size_t most = 10'000;
  };

  struct Binding {
    std::string session;
    std::string account;
    std::int64_t used_ms = 0;
  };

  // `store` may be null; it outlives this.
  Sessions(const Terms& terms, std::shared_ptr<store::ExpiringStore> store)
      : terms_(terms), store_(std::move(store)) {}

  void set_terms(const Terms& terms);

  // The account's id; counts as a use.
  std::optional<std::string> find(const std::string& session, std::int64_t now_ms);

  void bind(const std::string& session, const std::string& account, std::int64_t now_ms);

  // Of all sessions of an account, or of all when it is empty. The number of them.
  std::size_t release(std::string_view account);

  // The latest first.
  std::vector<Binding> list(std::int64_t now_ms) const;

 private:
  using Order = std::list<Binding>;

  void put(const std::string& session, const std::string& account, std::int64_t now_ms);
  void trim(std::int64_t now_ms);

  mutable std::mutex mutex_;
  Terms terms_;
  std::shared_ptr<store::ExpiringStore> store_;
  Order order_;  // most recently used first
  std::unordered_map<std::string, Order::iterator> at_;
};

}  // namespace abv::account
