#include "host/store/database.hpp"

#include <sys/stat.h>

#include <fstream>

#include "tests/host/store/store_dir.hpp"
#include "tests/support/catch.hpp"

namespace abv::store {
namespace {

using namespace Poco::Data::Keywords;  // NOLINT(google-build-using-namespace): Poco's own style

using Poco::Data::Session;

const std::vector<std::string> kOneStep{"CREATE TABLE t (n INTEGER NOT NULL)"};

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 0777U;
}

Result<void> insert(Database& database, int n) {
  return database.write([n](Session& session) -> Result<void> {
    session << "INSERT INTO t (n) VALUES (?)", bind(n), now;
    return {};
  });
}

int sum(Database& database) {
  int total = -1;
  const Result<void> read = database.read([&](Session& session) -> Result<void> {
    session << "SELECT COALESCE(SUM(n), 0) FROM t", into(total), now;
    return {};
  });
  return read ? total : -1;
}

TEST_CASE("a database and its directory are for the service user only", "[store]") {
  const StoreDir dir;

  const auto database = Database::open(dir.file());

  REQUIRE(database.ok());
  CHECK(mode_of(dir.file()) == 0600);
  CHECK(mode_of(dir.file().parent_path()) == 0700);
  CHECK(mode_of(dir.file().string() + "-wal") == 0600);
}

TEST_CASE("what was written is there after reopening", "[store]") {
  const StoreDir dir;
  {
    const auto database = Database::open(dir.file()).value();
    REQUIRE(database->migrate("t", kOneStep).ok());
    REQUIRE(insert(*database, 41).ok());
  }

  const auto database = Database::open(dir.file()).value();

  REQUIRE(database->migrate("t", kOneStep).ok());
  CHECK(sum(*database) == 41);
}

TEST_CASE("work that fails leaves nothing behind", "[store]") {
  const StoreDir dir;
  const auto database = Database::open(dir.file()).value();
  REQUIRE(database->migrate("t", kOneStep).ok());
  REQUIRE(insert(*database, 1).ok());

  const Result<void> failed = database->write([](Session& session) -> Result<void> {
    session << "INSERT INTO t (n) VALUES (10)", now;
    return Error{Error::Code::kLimit, "enough"};
  });
  const Result<void> broken = database->write([](Session& session) -> Result<void> {
    session << "INSERT INTO t (n) VALUES (100)", now;
    session << "INSERT INTO no_such_table VALUES (1)", now;
    return {};
  });

  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().code == Error::Code::kLimit);
  REQUIRE_FALSE(broken.ok());
  CHECK(broken.error().code == Error::Code::kIo);
  CHECK_THAT(broken.error().message, ContainsSubstring(dir.file().string()));
  CHECK_THAT(broken.error().message, ContainsSubstring("no_such_table"));
  CHECK(insert(*database, 2).ok());
  CHECK(sum(*database) == 3);
}

TEST_CASE("a reader cannot write", "[store]") {
  const StoreDir dir;
  const auto database = Database::open(dir.file()).value();
  REQUIRE(database->migrate("t", kOneStep).ok());

  const Result<void> written = database->read([](Session& session) -> Result<void> {
    session << "INSERT INTO t (n) VALUES (10)", now;
    return {};
  });

  CHECK_FALSE(written.ok());
  CHECK(sum(*database) == 0);
}

TEST_CASE("a later version of the tables is reached step by step", "[store]") {
  const StoreDir dir;
  {
    const auto database = Database::open(dir.file()).value();
    REQUIRE(database->migrate("t", kOneStep).ok());
    REQUIRE(insert(*database, 5).ok());
  }
  std::vector<std::string> steps = kOneStep;
  steps.emplace_back(
      "ALTER TABLE t ADD COLUMN m INTEGER; UPDATE t SET n = n + 1; UPDATE t SET m = 9");

  const auto database = Database::open(dir.file()).value();

  REQUIRE(database->migrate("t", steps).ok());
  REQUIRE(database->migrate("t", steps).ok());
  CHECK(sum(*database) == 6);
}

TEST_CASE("tables of a newer host are left alone", "[store]") {
  const StoreDir dir;
  const auto database = Database::open(dir.file()).value();
  REQUIRE(database->migrate("t", kOneStep).ok());

  const Result<void> migrated = database->migrate("t", {});

  REQUIRE_FALSE(migrated.ok());
  CHECK(migrated.error().code == Error::Code::kUnsupported);
  CHECK_THAT(
      migrated.error().message,
      ContainsSubstring("the tables of \"t\" are of version 1, this host knows up to version 0"));
}

TEST_CASE("a step that fails takes no step of its migration", "[store]") {
  const StoreDir dir;
  const auto database = Database::open(dir.file()).value();
  std::vector<std::string> steps = kOneStep;
  steps.emplace_back("CREATE NONSENSE");

  const Result<void> migrated = database->migrate("t", steps);

  CHECK_FALSE(migrated.ok());
  CHECK(database->migrate("t", kOneStep).ok());
}

TEST_CASE("a file that is no database is refused by name", "[store]") {
  const StoreDir dir;
  const std::filesystem::path file = dir.path() / "notes.db";
  std::ofstream(file) << std::string(5000, 'x');

  const auto database = Database::open(file);

  REQUIRE_FALSE(database.ok());
  CHECK(database.error().code == Error::Code::kIo);
  CHECK_THAT(database.error().message, ContainsSubstring(file.string()));
}

TEST_CASE("a symbolic link is not followed to a database", "[store]") {
  const StoreDir dir;
  const std::filesystem::path link = dir.path() / "link.db";
  std::filesystem::create_symlink(dir.path() / "target.db", link);

  const auto database = Database::open(link);

  CHECK_FALSE(database.ok());
  CHECK_FALSE(std::filesystem::exists(dir.path() / "target.db"));
}

}  // namespace
}  // namespace abv::store
