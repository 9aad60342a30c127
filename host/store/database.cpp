#include "host/store/database.hpp"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Exception.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <mutex>
#include <system_error>
#include <utility>

namespace abv::store {
namespace {

using namespace Poco::Data::Keywords;  // NOLINT(google-build-using-namespace): Poco's own style

using Poco::Data::Session;

// Poco keeps one table of connectors for the process; it must be filled once.
void register_connector() {
  static const bool registered = [] {
    Poco::Data::SQLite::Connector::registerConnector();
    return true;
  }();
  static_cast<void>(registered);
}

Error io_error(const std::filesystem::path& file, const std::string& what) {
  return Error{Error::Code::kIo, file.string() + ": " + what};
}

std::string system_text(int number) {
  return std::system_category().message(number);
}

// Runs `fn` and turns what Poco throws into an error that names the file.
template <class Fn>
Result<void> poco_guard(const std::filesystem::path& file, Fn&& fn) {
  try {
    return fn();
  } catch (const Poco::Exception& e) {
    return io_error(file, e.displayText());
  } catch (const std::exception& e) {
    return io_error(file, e.what());
  }
}

// SQLite would make the file with the umask's mode, and a symbolic link would lead it elsewhere.
Result<void> make_file(const std::filesystem::path& file) {
  const std::filesystem::path dir = file.parent_path();
  if (!dir.empty() && ::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return io_error(dir, "cannot make the directory: " + system_text(errno));
  }
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) {
    return io_error(file, "cannot open the database: " + system_text(errno));
  }
  const int narrowed = ::fchmod(fd, 0600);
  const int number = errno;
  ::close(fd);
  if (narrowed != 0) {
    return io_error(file, "cannot set mode 0600: " + system_text(number));
  }
  return {};
}

void configure(Session& session) {
  std::string mode;
  session << "PRAGMA busy_timeout = 10000", now;
  session << "PRAGMA journal_mode = WAL", into(mode), now;
  // A killed process loses nothing; a power cut takes the last moments at most and damages nothing
  // (sqlite.org/pragma.html#pragma_synchronous, 2026-11-24). FULL waits for the disk at every
  // commit.
  session << "PRAGMA synchronous = NORMAL", now;
  session << "PRAGMA foreign_keys = ON", now;
  if (mode != "wal") {
    throw Poco::IOException("the file system does not allow write-ahead logging");
  }
}

void roll_back(Session& session) noexcept {
  try {
    session << "ROLLBACK", now;
  } catch (const std::exception&) {
    // SQLite has rolled back by itself, as it does after a full disk.
    return;
  }
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file) {
  register_connector();
  if (Result<void> made = make_file(file); !made) {
    return made.error();
  }
  std::unique_ptr<Database> database;
  const Result<void> opened = poco_guard(file, [&]() -> Result<void> {
    Session writer("SQLite", file.string());
    configure(writer);
    writer << "CREATE TABLE IF NOT EXISTS abv_schema (part TEXT PRIMARY KEY, version INTEGER NOT "
              "NULL)",
        now;
    Session reader("SQLite", file.string());
    configure(reader);
    reader << "PRAGMA query_only = ON", now;
    database.reset(new Database(file, std::move(writer), std::move(reader)));
    return {};
  });
  if (!opened) {
    return opened.error();
  }
  return database;
}

Database::Database(std::filesystem::path file, Session writer, Session reader)
    : file_(std::move(file)), writer_(std::move(writer)), reader_(std::move(reader)) {}

Database::~Database() = default;

Result<void> Database::migrate(std::string_view part, const std::vector<std::string>& steps) {
  return write([&](Session& session) -> Result<void> {
    std::string name(part);
    int version = 0;
    session << "SELECT version FROM abv_schema WHERE part = ?", use(name), into(version), now;
    if (version > static_cast<int>(steps.size())) {
      return Error{Error::Code::kUnsupported, file_.string() + ": the tables of \"" + name +
                                                  "\" are of version " + std::to_string(version) +
                                                  ", this host knows up to version " +
                                                  std::to_string(steps.size())};
    }
    for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
      session << steps[step], now;
    }
    version = static_cast<int>(steps.size());
    session << "INSERT OR REPLACE INTO abv_schema (part, version) VALUES (?, ?)", use(name),
        use(version), now;
    return {};
  });
}

Result<void> Database::write(const Work& work) {
  const std::lock_guard lock(write_mutex_);
  const Result<void> begun = poco_guard(file_, [&]() -> Result<void> {
    writer_ << "BEGIN IMMEDIATE", now;
    return {};
  });
  if (!begun) {
    return begun;
  }
  Result<void> done = poco_guard(file_, [&]() -> Result<void> {
    Result<void> worked = work(writer_);
    if (worked) {
      writer_ << "COMMIT", now;
    }
    return worked;
  });
  if (!done) {
    roll_back(writer_);
  }
  return done;
}

Result<void> Database::read(const Work& work) {
  const std::lock_guard lock(read_mutex_);
  return poco_guard(file_, [&] { return work(reader_); });
}

}  // namespace abv::store
