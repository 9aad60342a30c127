#include "host/store/key_value_store.hpp"

#include <thread>

#include "tests/host/store/store_dir.hpp"
#include "tests/support/catch.hpp"

namespace abv::store {
namespace {

using Keys = std::vector<std::string>;

// A store in a directory of its own.
class OpenStore {
 public:
  OpenStore()
      : database_(Database::open(dir_.file()).value()),
        store_(KeyValueStore::open(*database_).value()) {}

  KeyValueStore* operator->() { return &store_; }
  KeyValueStore& get() { return store_; }

  void reopen() {
    database_.reset();
    database_ = Database::open(dir_.file()).value();
    store_ = KeyValueStore::open(*database_).value();
  }

 private:
  StoreDir dir_;
  std::unique_ptr<Database> database_;
  KeyValueStore store_;
};

int put_many(KeyValueStore& store, const std::string& name_space) {
  int done = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string key = "key" + std::to_string(i);
    const bool put = store.put(name_space, key, name_space + key).ok();
    const Result<std::string> got = store.get(name_space, key);
    done += put && got && *got == name_space + key ? 1 : 0;
  }
  return done;
}

TEST_CASE("a value is there until it is removed, also after reopening", "[store]") {
  OpenStore store;
  REQUIRE(store->put("echo", "token", "one").ok());
  REQUIRE(store->put("echo", "token", "two").ok());

  store.reopen();

  CHECK(store->get("echo", "token").value() == "two");
  CHECK(store->remove("echo", "token").ok());
  CHECK(store->remove("echo", "token").ok());
  REQUIRE_FALSE(store->get("echo", "token").ok());
  CHECK(store->get("echo", "token").error().code == Error::Code::kNotFound);
}

TEST_CASE("keys and values are any bytes", "[store]") {
  OpenStore store;
  const std::string bytes("a\0b\xFF'\"\n", 7);

  REQUIRE(store->put(bytes, bytes, bytes).ok());
  REQUIRE(store->put(bytes, "empty", "").ok());

  CHECK(store->get(bytes, bytes).value() == bytes);
  CHECK(store->get(bytes, "empty").value().empty());
  CHECK(store->keys(bytes, std::string_view("a\0", 2)).value() == Keys{bytes});
}

TEST_CASE("namespaces do not see each other", "[store]") {
  OpenStore store;
  REQUIRE(store->put("one", "key", "1").ok());
  REQUIRE(store->put("two", "key", "2").ok());

  REQUIRE(store->remove("two", "key").ok());

  CHECK(store->get("one", "key").value() == "1");
  CHECK(store->keys("two", "").value().empty());
}

TEST_CASE("keys are listed by prefix and sorted by their bytes", "[store]") {
  OpenStore store;
  for (const char* key : {"b", "a/2", "a/10", "a", "a\xFF", "\xFF\xFF", "\xFF"}) {
    REQUIRE(store->put("n", key, "v").ok());
  }

  CHECK(store->keys("n", "").value() == Keys{"a", "a/10", "a/2", "a\xFF", "b", "\xFF", "\xFF\xFF"});
  CHECK(store->keys("n", "a/").value() == Keys{"a/10", "a/2"});
  CHECK(store->keys("n", "a\xFF").value() == Keys{"a\xFF"});
  CHECK(store->keys("n", "\xFF").value() == Keys{"\xFF", "\xFF\xFF"});
  CHECK(store->keys("n", "c").value().empty());
}

TEST_CASE("sizes beyond the limits are refused, sizes at the limits are not", "[store]") {
  OpenStore store;
  const std::string long_key(KeyValueStore::kMaxKeyBytes, 'k');
  const std::string big_value(KeyValueStore::kMaxValueBytes, 'v');

  CHECK(store->put("n", long_key, big_value).ok());
  CHECK(store->get("n", long_key).value() == big_value);
  CHECK(store->put("n", long_key + "k", "v").error().code == Error::Code::kInvalid);
  CHECK(store->put("n", "", "v").error().code == Error::Code::kInvalid);
  CHECK(store->put("", "k", "v").error().code == Error::Code::kInvalid);
  CHECK(store->put("n", "k", big_value + "v").error().code == Error::Code::kLimit);
  CHECK(store->get("n", "").error().code == Error::Code::kInvalid);
}

TEST_CASE("threads that write at once do not get in each other's way", "[store]") {
  OpenStore store;
  int first_done = 0;
  int second_done = 0;

  std::thread first([&] { first_done = put_many(store.get(), "first"); });
  std::thread second([&] { second_done = put_many(store.get(), "second"); });
  first.join();
  second.join();

  CHECK(first_done == 20);
  CHECK(second_done == 20);
  CHECK(store->keys("first", "").value().size() == 20);
}

}  // namespace
}  // namespace abv::store
