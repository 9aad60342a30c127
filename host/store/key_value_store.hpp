#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/store/database.hpp"

namespace abv::store {

// Small values by key, in namespaces that do not see each other (one per plugin instance).
//
// Keys and values are any bytes. Any thread; a write is durable when it returns.
class KeyValueStore {
 public:
  static constexpr std::size_t kMaxNamespaceBytes = 256;
  static constexpr std::size_t kMaxKeyBytes = 512;
  static constexpr std::size_t kMaxValueBytes = std::size_t{1} << 20;

  // Makes its table if need be. `database` outlives the store.
  static Result<KeyValueStore> open(Database& database);

  // kNotFound when there is no such key. kInvalid when the name or the key is empty or too long;
  // this holds for every function.
  Result<std::string> get(std::string_view name_space, std::string_view key) const;

  // kLimit when the value is too big.
  Result<void> put(std::string_view name_space, std::string_view key, std::string_view value);

  // Removing what is not there is fine.
  Result<void> remove(std::string_view name_space, std::string_view key);

  // The keys that start with `prefix` (which may be empty), sorted by their bytes.
  Result<std::vector<std::string>> keys(std::string_view name_space, std::string_view prefix) const;

 private:
  explicit KeyValueStore(Database& database) : database_(&database) {}

  Database* database_;
};

}  // namespace abv::store
