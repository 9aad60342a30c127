#include "host/store/expiring_store.hpp"

#include "tests/host/store/store_dir.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_sinks.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::store {
namespace {

class OpenStore {
 public:
  explicit OpenStore(const ExpiringStore::Limits& limits = {1000, 100, 1000, 1000, 100})
      : limits_(limits) {
    reopen();
  }

  ExpiringStore* operator->() { return store_.get(); }

  void reopen() {
    store_.reset();
    database_.reset();
    database_ = Database::open(dir_.file()).value();
    store_ = ExpiringStore::open(*database_, "turns", limits_, clock, log_).value();
  }

  test::VirtualClock clock;

 private:
  ExpiringStore::Limits limits_;
  StoreDir dir_;
  test::NoSink sink_;
  Log log_{sink_, clock};
  std::unique_ptr<Database> database_;
  std::unique_ptr<ExpiringStore> store_;
};

TEST_CASE("a value that may expire is there at once and after a restart", "[store]") {
  OpenStore store;
  const std::string key("k\0ey", 4);
  store->put(key, "one");
  store->put(key, std::string("two\0", 4));
  store->put("empty", "");

  CHECK(store->get(key) == std::string("two\0", 4));
  store.reopen();
  CHECK(store->get(key) == std::string("two\0", 4));
  CHECK(store->get("empty") == "");
  CHECK_FALSE(store->get("other"));
}

TEST_CASE("a value expires, in memory and on disk", "[store]") {
  OpenStore store;
  store->put("k", "v");
  store.clock.advance(std::chrono::milliseconds(999));
  CHECK(store->get("k") == "v");

  store.clock.advance(std::chrono::milliseconds(1));

  CHECK_FALSE(store->get("k"));
  store.reopen();
  CHECK_FALSE(store->get("k"));
}

TEST_CASE("a value that was removed does not come back", "[store]") {
  OpenStore store;
  store->put("k", "v");
  store->flush();
  store->remove("k");
  CHECK_FALSE(store->get("k"));

  store.reopen();

  CHECK_FALSE(store->get("k"));
}

TEST_CASE("the oldest values make room on disk", "[store]") {
  OpenStore store({100'000, 2, 1000, 0, 100});
  for (const char* key : {"a", "b", "c"}) {
    store->put(key, key);
    store->flush();
    store.clock.advance(std::chrono::milliseconds(1));
  }

  CHECK_FALSE(store->get("a"));
  CHECK(store->get("b") == "b");
  CHECK(store->get("c") == "c");
}

TEST_CASE("the oldest values make room when all of them together are too large", "[store]") {
  ExpiringStore::Limits limits{100'000, 100, 1000, 0, 100};
  limits.most_bytes = 250;
  OpenStore store(limits);
  for (const char* key : {"a", "b", "c"}) {
    store->put(key, std::string(100, *key));
    store->flush();
    store.clock.advance(std::chrono::milliseconds(1));
  }

  CHECK_FALSE(store->get("a"));
  CHECK(store->get("b") == std::string(100, 'b'));
  CHECK(store->get("c") == std::string(100, 'c'));
}

TEST_CASE("what was replaced, removed or written before a restart counts once", "[store]") {
  ExpiringStore::Limits limits{100'000, 100, 1000, 0, 100};
  limits.most_bytes = 250;
  OpenStore store(limits);
  store->put("a", std::string(100, 'a'));
  store->flush();
  store.clock.advance(std::chrono::milliseconds(1));
  for (int i = 0; i < 5; ++i) {
    store->put("b", std::string(100, 'b'));
    store->flush();
    store->put("gone", std::string(40, 'g'));
    store->flush();
    store->remove("gone");
    store->flush();
  }
  CHECK(store->get("a") == std::string(100, 'a'));

  store.reopen();
  store.clock.advance(std::chrono::milliseconds(1));
  store->put("c", std::string(100, 'c'));
  store->flush();

  CHECK_FALSE(store->get("a"));
  CHECK(store->get("b") == std::string(100, 'b'));
}

TEST_CASE("a database of the first version is brought up to date", "[store]") {
  StoreDir dir;
  test::NoSink sink;
  test::VirtualClock clock;
  Log log(sink, clock);
  auto database = Database::open(dir.file()).value();
  const std::string put = std::to_string(clock.unix_ms());
  REQUIRE(database->migrate(
      "expiring_old",
      {"CREATE TABLE expiring_old (key BLOB PRIMARY KEY, value BLOB NOT NULL, put_unix_ms INTEGER "
       "NOT NULL) WITHOUT ROWID; CREATE INDEX expiring_old_age ON expiring_old (put_unix_ms); "
       "INSERT INTO expiring_old VALUES (CAST('k' AS BLOB), CAST('value' AS BLOB), " +
       put + ")"}));

  ExpiringStore::Limits limits{100'000, 100, 1000, 0, 100};
  limits.most_bytes = 6;
  const auto store = ExpiringStore::open(*database, "old", limits, clock, log).value();
  CHECK(store->get("k") == "value");
  clock.advance(std::chrono::milliseconds(1));
  store->put("n", "12");
  store->flush();

  CHECK_FALSE(store->get("k"));
  CHECK(store->get("n") == "12");
}

TEST_CASE("values that do not fit into the cache are read from disk", "[store]") {
  OpenStore store({100'000, 100, 1000, 10, 100});
  store->put("a", "123456789");
  store->put("b", "123456789");
  store->flush();

  CHECK(store->get("a") == "123456789");
  CHECK(store->get("b") == "123456789");
  CHECK(store->get("a") == "123456789");
}

TEST_CASE("a value that is too big is not kept", "[store]") {
  OpenStore store;
  store->put("k", std::string(1001, 'x'));

  CHECK_FALSE(store->get("k"));
}

}  // namespace
}  // namespace abv::store
