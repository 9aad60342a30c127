#pragma once

#include <Poco/Data/Session.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace abv::store {

// One SQLite file: WAL, written durably, readable by the service user only.
//
// Any thread. Writers queue up at a mutex, so that none of them meets SQLITE_BUSY; readers have a
// session of their own and do not wait for writers.
class Database {
 public:
  // What is done with a session. It may throw what Poco throws. Bind values; never put them into
  // SQL.
  using Work = std::function<Result<void>(Poco::Data::Session&)>;

  // Opens or creates `file` with mode 0600. Its directory is created with mode 0700 if it is
  // missing.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Brings the tables of one part of the host ("key_value", "calls", …) up to date. `steps[n]` is
  // the SQL (one or several statements) that leads from version n to n + 1; released steps never
  // change. kUnsupported when the file is of a newer version than there are steps.
  Result<void> migrate(std::string_view part, const std::vector<std::string>& steps);

  // Runs `work` in one transaction, which is committed when it returns ok and rolled back
  // otherwise. Durable when it returns. `work` must not call write() itself.
  Result<void> write(const Work& work);

  // Runs `work` on a session that cannot write. It must not call read() itself.
  Result<void> read(const Work& work);

  const std::filesystem::path& file() const { return file_; }

 private:
  Database(std::filesystem::path file, Poco::Data::Session writer, Poco::Data::Session reader);

  const std::filesystem::path file_;
  std::mutex write_mutex_;
  std::mutex read_mutex_;
  Poco::Data::Session writer_;
  Poco::Data::Session reader_;
};

}  // namespace abv::store
