#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/store/database.hpp"

namespace abv::store {

// Values that may be forgotten: after a time, and the oldest first when there are too many. What is
// put is there at once for everyone and on disk a little later, so it survives a restart but for
// the last moments before a crash.
//
// Any thread. Keys and values are any bytes.
class ExpiringStore {
 public:
  struct Limits {
    std::int64_t lifetime_ms = 0;      // since it was put
    std::size_t most_rows = 0;         // on disk
    std::size_t most_value_bytes = 0;  // a bigger one is not kept
    std::size_t most_cached_bytes = 0;
    std::size_t most_waiting =
        0;  // to be written; beyond it one of them is given up for each new one
    std::size_t most_bytes = 0;          // of all values on disk; 0: no bound
    std::size_t most_waiting_bytes = 0;  // as most_waiting, in bytes; 0: no bound
  };

  // Makes its table in `database`, which outlives the store, as do `clock` and `log`. `name` is of
  // lower-case letters and underscores, and a part of the database of its own.
  static Result<std::unique_ptr<ExpiringStore>> open(Database& database, std::string name,
                                                     const Limits& limits, const Clock& clock,
                                                     Log& log);
  ExpiringStore(const ExpiringStore&) = delete;
  ExpiringStore& operator=(const ExpiringStore&) = delete;

  // Writes what waits.
  ~ExpiringStore();

  // False for a value that is too big to be kept.
  bool takes(std::size_t value_bytes) const { return value_bytes <= limits_.most_value_bytes; }

  // Never waits for the disk.
  void put(std::string key, std::string value);

  // May read the disk for what has not been asked for lately.
  std::optional<std::string> get(const std::string& key);

  void remove(const std::string& key);

  // Waits until everything that was put before is on disk.
  void flush();

 private:
  struct Row {
    std::string value;
    std::int64_t put_unix_ms = 0;
    bool is_removed = false;
  };
  using Rows = std::unordered_map<std::string, Row>;

  ExpiringStore(Database& database, std::string table, const Limits& limits, const Clock& clock,
                Log& log);

  bool is_alive(const Row& row) const;
  void keep_cached(const std::string& key, const Row& row);
  std::optional<Row> read(const std::string& key);
  void run();
  Result<void> write(const Rows& rows);
  void make_room(Poco::Data::Session& session);
  void enqueue(std::string key, Row row);
  void give_up_one();

  Database& database_;
  const std::string table_;
  const Limits limits_;
  const Clock& clock_;
  Log& log_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable written_;
  Rows waiting_;
  std::size_t waiting_bytes_ = 0;
  Rows writing_;
  // Most recently used first.
  std::list<std::pair<std::string, Row>> cached_;
  std::unordered_map<std::string, std::list<std::pair<std::string, Row>>::iterator> cached_at_;
  std::size_t cached_bytes_ = 0;
  bool is_stopping_ = false;
  // On disk, by the writer's reckoning, which never thinks too little.
  std::size_t written_bytes_ = 0;
  std::thread writer_;
};

}  // namespace abv::store
