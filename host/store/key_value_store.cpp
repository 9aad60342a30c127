#include "host/store/key_value_store.hpp"

#include <Poco/Data/RecordSet.h>

#include <optional>

#include "host/store/blob.hpp"

namespace abv::store {
namespace {

using namespace Poco::Data::Keywords;  // NOLINT(google-build-using-namespace): Poco's own style

using Poco::Data::BLOB;
using Poco::Data::Session;

Result<void> check(std::string_view what, std::string_view value, std::size_t limit) {
  if (value.empty() || value.size() > limit) {
    return Error{Error::Code::kInvalid, "store: expected a " + std::string(what) + " of 1 to " +
                                            std::to_string(limit) + " bytes, got " +
                                            std::to_string(value.size())};
  }
  return {};
}

Result<void> check(std::string_view name_space, std::string_view key) {
  if (Result<void> checked = check("namespace", name_space, KeyValueStore::kMaxNamespaceBytes);
      !checked) {
    return checked;
  }
  return check("key", key, KeyValueStore::kMaxKeyBytes);
}

// The first key after all that start with `prefix`; empty when there is none.
std::string end_of(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) {
    end.pop_back();
  }
  if (!end.empty()) {
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  }
  return end;
}

}  // namespace

Result<KeyValueStore> KeyValueStore::open(Database& database) {
  const Result<void> migrated = database.migrate(
      "key_value", {"CREATE TABLE key_value (space BLOB NOT NULL, key BLOB NOT NULL, value BLOB "
                    "NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID"});
  if (!migrated) {
    return migrated.error();
  }
  return KeyValueStore(database);
}

Result<std::string> KeyValueStore::get(std::string_view name_space, std::string_view key) const {
  if (Result<void> checked = check(name_space, key); !checked) {
    return checked.error();
  }
  std::optional<std::string> found;
  const Result<void> read = database_->read([&](Session& session) -> Result<void> {
    BLOB space = blob(name_space);
    BLOB name = blob(key);
    std::vector<BLOB> values;
    session << "SELECT value FROM key_value WHERE space = ? AND key = ?", use(space), use(name),
        into(values), now;
    if (!values.empty()) {
      found = text(values.front());
    }
    return {};
  });
  if (!read) {
    return read.error();
  }
  if (!found) {
    return Error{Error::Code::kNotFound, "store: no such key"};
  }
  return *std::move(found);
}

Result<void> KeyValueStore::put(std::string_view name_space, std::string_view key,
                                std::string_view value) {
  if (Result<void> checked = check(name_space, key); !checked) {
    return checked;
  }
  if (value.size() > kMaxValueBytes) {
    return Error{Error::Code::kLimit, "store: a value may have " + std::to_string(kMaxValueBytes) +
                                          " bytes, got " + std::to_string(value.size())};
  }
  return database_->write([&](Session& session) -> Result<void> {
    BLOB space = blob(name_space);
    BLOB name = blob(key);
    BLOB bytes = blob(value);
    session << "INSERT OR REPLACE INTO key_value (space, key, value) "
               "VALUES (?, ?, COALESCE(?, x''))",
        use(space), use(name), use(bytes), now;
    return {};
  });
}

Result<void> KeyValueStore::remove(std::string_view name_space, std::string_view key) {
  if (Result<void> checked = check(name_space, key); !checked) {
    return checked;
  }
  return database_->write([&](Session& session) -> Result<void> {
    BLOB space = blob(name_space);
    BLOB name = blob(key);
    session << "DELETE FROM key_value WHERE space = ? AND key = ?", use(space), use(name), now;
    return {};
  });
}

Result<std::vector<std::string>> KeyValueStore::keys(std::string_view name_space,
                                                     std::string_view prefix) const {
  if (Result<void> checked = check("namespace", name_space, kMaxNamespaceBytes); !checked) {
    return checked.error();
  }
  if (prefix.size() > kMaxKeyBytes) {
    return Error{Error::Code::kInvalid, "store: the prefix is longer than a key may be"};
  }
  std::vector<std::string> found;
  const Result<void> read = database_->read([&](Session& session) -> Result<void> {
    BLOB space = blob(name_space);
    BLOB from = blob(prefix);
    BLOB end = blob(end_of(prefix));
    std::vector<BLOB> keys;
    session << "SELECT key FROM key_value WHERE space = ?1 AND key >= COALESCE(?2, x'') "
               "AND (?3 IS NULL OR key < ?3) ORDER BY key",
        use(space), use(from), use(end), into(keys), now;
    found.reserve(keys.size());
    for (const BLOB& key : keys) {
      found.push_back(text(key));
    }
    return {};
  });
  if (!read) {
    return read.error();
  }
  return found;
}

}  // namespace abv::store
