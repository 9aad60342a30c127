#include "host/store/expiring_store.hpp"

#include <Poco/Data/RecordSet.h>

#include <utility>

#include "host/store/blob.hpp"

namespace abv::store {
namespace {

using namespace Poco::Data::Keywords;  // NOLINT(google-build-using-namespace): Poco's own style

using Poco::Data::BLOB;
using Poco::Data::Session;

std::size_t bytes_in(Session& session, const std::string& table) {
  Poco::Int64 bytes = 0;
  session << "SELECT coalesce(sum(bytes), 0) FROM " + table, into(bytes), now;
  return static_cast<std::size_t>(bytes);
}

}  // namespace

ExpiringStore::ExpiringStore(Database& database, std::string table, const Limits& limits,
                             const Clock& clock, Log& log)
    : database_(database), table_(std::move(table)), limits_(limits), clock_(clock), log_(log) {}

Result<std::unique_ptr<ExpiringStore>> ExpiringStore::open(Database& database, std::string name,
                                                           const Limits& limits, const Clock& clock,
                                                           Log& log) {
  const std::string table = "expiring_" + name;
  // The second step lets sizes be told without a look at the values, which may be large.
  const Result<void> migrated = database.migrate(
      table, {"CREATE TABLE " + table +
                  " (key BLOB PRIMARY KEY, value BLOB NOT NULL, put_unix_ms INTEGER NOT NULL) "
                  "WITHOUT ROWID; CREATE INDEX " +
                  table + "_age ON " + table + " (put_unix_ms)",
              "ALTER TABLE " + table + " ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0; UPDATE " +
                  table + " SET bytes = length(value); DROP INDEX " + table +
                  "_age; CREATE INDEX " + table + "_age ON " + table + " (put_unix_ms, bytes)"});
  if (!migrated) {
    return migrated.error();
  }
  std::size_t written_bytes = 0;
  const Result<void> counted = database.read([&](Session& session) -> Result<void> {
    written_bytes = bytes_in(session, table);
    return {};
  });
  if (!counted) {
    return counted.error();
  }
  std::unique_ptr<ExpiringStore> store(new ExpiringStore(database, table, limits, clock, log));
  store->written_bytes_ = written_bytes;
  store->writer_ = std::thread([raw = store.get()] { raw->run(); });
  return store;
}

ExpiringStore::~ExpiringStore() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  writer_.join();
}

bool ExpiringStore::is_alive(const Row& row) const {
  return !row.is_removed && clock_.unix_ms() - row.put_unix_ms < limits_.lifetime_ms;
}

// Under the mutex.
void ExpiringStore::keep_cached(const std::string& key, const Row& row) {
  if (const auto known = cached_at_.find(key); known != cached_at_.end()) {
    cached_bytes_ -= known->second->second.value.size() + key.size();
    cached_.erase(known->second);
    cached_at_.erase(known);
  }
  if (row.is_removed) {
    return;
  }
  cached_.emplace_front(key, row);
  cached_at_.emplace(key, cached_.begin());
  cached_bytes_ += row.value.size() + key.size();
  while (cached_bytes_ > limits_.most_cached_bytes && !cached_.empty()) {
    const auto& [oldest, gone] = cached_.back();
    cached_bytes_ -= gone.value.size() + oldest.size();
    cached_at_.erase(oldest);
    cached_.pop_back();
  }
}

void ExpiringStore::enqueue(std::string key, Row row) {
  {
    const std::lock_guard lock(mutex_);
    keep_cached(key, row);
    if (const auto known = waiting_.find(key); known != waiting_.end()) {
      waiting_bytes_ -= known->second.value.size();
      waiting_.erase(known);
    }
    if (waiting_.size() >= limits_.most_waiting) {
      give_up_one();
    }
    const std::size_t most_bytes = limits_.most_waiting_bytes;
    while (most_bytes > 0 && waiting_bytes_ + row.value.size() > most_bytes && !waiting_.empty()) {
      give_up_one();
    }
    waiting_bytes_ += row.value.size();
    waiting_.emplace(std::move(key), std::move(row));
  }
  wake_.notify_one();
}

// Under the mutex.
void ExpiringStore::give_up_one() {
  if (!waiting_.empty()) {
    waiting_bytes_ -= waiting_.begin()->second.value.size();
    waiting_.erase(waiting_.begin());
  }
}

void ExpiringStore::put(std::string key, std::string value) {
  if (takes(value.size())) {
    enqueue(std::move(key), Row{std::move(value), clock_.unix_ms(), false});
  }
}

void ExpiringStore::remove(const std::string& key) {
  enqueue(key, Row{{}, clock_.unix_ms(), true});
}

std::optional<std::string> ExpiringStore::get(const std::string& key) {
  const auto given = [this](const Row& row) {
    return is_alive(row) ? std::optional(row.value) : std::nullopt;
  };
  {
    const std::lock_guard lock(mutex_);
    for (const Rows* rows : {&waiting_, &writing_}) {
      if (const auto found = rows->find(key); found != rows->end()) {
        return given(found->second);
      }
    }
    if (const auto found = cached_at_.find(key); found != cached_at_.end()) {
      cached_.splice(cached_.begin(), cached_, found->second);
      return given(found->second->second);
    }
  }
  const std::optional<Row> row = read(key);
  if (!row) {
    return std::nullopt;
  }
  const std::lock_guard lock(mutex_);
  if (!waiting_.contains(key) && !writing_.contains(key)) {
    keep_cached(key, *row);
  }
  return given(*row);
}

std::optional<ExpiringStore::Row> ExpiringStore::read(const std::string& key) {
  std::optional<Row> row;
  const Result<void> done = database_.read([&](Session& session) -> Result<void> {
    BLOB name = blob(key);
    std::vector<BLOB> values;
    std::vector<Poco::Int64> times;
    session << "SELECT value, put_unix_ms FROM " + table_ + " WHERE key = ?", use(name),
        into(values), into(times), now;
    if (!values.empty()) {
      row = Row{text(values.front()), times.front(), false};
    }
    return {};
  });
  if (!done) {
    log_.warn("store.read_failed", {{"table", table_}, {"error", done.error().message}});
  }
  return row;
}

Result<void> ExpiringStore::write(const Rows& rows) {
  return database_.write([&](Session& session) -> Result<void> {
    for (const auto& [key, row] : rows) {
      BLOB name = blob(key);
      if (row.is_removed) {
        session << "DELETE FROM " + table_ + " WHERE key = ?", use(name), now;
        continue;
      }
      BLOB value = blob(row.value);
      Poco::Int64 time = row.put_unix_ms;
      Poco::Int64 bytes = static_cast<Poco::Int64>(row.value.size());
      // Poco binds an empty blob as null.
      session << "INSERT OR REPLACE INTO " + table_ + " VALUES (?, coalesce(?, x''), ?, ?)",
          use(name), use(value), use(time), use(bytes), now;
      written_bytes_ += row.value.size();
    }
    Poco::Int64 oldest = clock_.unix_ms() - limits_.lifetime_ms;
    session << "DELETE FROM " + table_ + " WHERE put_unix_ms <= ?", use(oldest), now;
    Poco::Int64 most = static_cast<Poco::Int64>(limits_.most_rows);
    session << "DELETE FROM " + table_ + " WHERE key IN (SELECT key FROM " + table_ +
                   " ORDER BY put_unix_ms DESC LIMIT -1 OFFSET ?)",
        use(most), now;
    if (limits_.most_bytes > 0 && written_bytes_ > limits_.most_bytes) {
      make_room(session);
    }
    return {};
  });
}

// What went in the meantime was not subtracted, so it is counted first. Then more is taken away
// than need be, so that this is done now and then only.
void ExpiringStore::make_room(Session& session) {
  written_bytes_ = bytes_in(session, table_);
  if (written_bytes_ <= limits_.most_bytes) {
    return;
  }
  Poco::Int64 wanted = static_cast<Poco::Int64>(limits_.most_bytes - limits_.most_bytes / 10);
  session << "DELETE FROM " + table_ + " WHERE key IN (SELECT key FROM (SELECT key, sum(bytes) " +
                 "OVER (ORDER BY put_unix_ms DESC, bytes DESC ROWS UNBOUNDED PRECEDING) AS total " +
                 "FROM " + table_ + ") WHERE total > ?)",
      use(wanted), now;
  written_bytes_ = bytes_in(session, table_);
}

void ExpiringStore::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) {
      return;
    }
    writing_ = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    lock.unlock();
    const Result<void> done = write(writing_);
    if (!done) {
      log_.warn("store.write_failed", {{"table", table_}, {"error", done.error().message}});
    }
    lock.lock();
    writing_.clear();
    written_.notify_all();
  }
}

void ExpiringStore::flush() {
  std::unique_lock lock(mutex_);
  written_.wait(lock, [this] { return waiting_.empty() && writing_.empty(); });
}

}  // namespace abv::store
