// kill -9 at every step of a write of an account's file.

#include <filesystem>
#include <fstream>

#include "host/account/account_files.hpp"
#include "host/config/load_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/killed_child.hpp"
#include "tests/support/temp_dir.hpp"

using namespace abv::account;
using namespace abv::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* kOld = R"({"version":1,"provider":"p","kind":"oauth","notes":"mine",
  "secrets":{"access_token":"a-old","refresh_token":"r-old"}})";

std::shared_ptr<Account> renewed() {
  AccountFacts facts;
  facts.id = "a";
  return std::make_shared<Account>(std::move(facts),
                                   Account::Secrets{{"access_token", abv::Secret("a-new")},
                                                    {"refresh_token", abv::Secret("r-new")}});
}

// A data directory with one account, and a process that is killed before a step of its first write.
struct Crash {
  Crash() {
    fs::create_directories(dir.path() / "accounts");
    std::ofstream(dir.path() / "accounts" / "a.json") << kOld;
  }

  int during(WriteStep step, const std::function<void(AccountFiles&)>& work) const {
    return signal_that_ended([&] {
      const auto files = AccountFiles::open(dir.path(), [&](WriteStep now) {
        if (now == step) {
          die_at_once();
        }
      });
      work(**files);
    });
  }

  // What the next process finds.
  AccountFiles::Listing afterwards() const { return (*AccountFiles::open(dir.path()))->read(); }

  TempDir dir;
};

std::string secret(const AccountFiles::Listing& listing, const char* name) {
  return std::string(listing.accounts.at(0)->find(name)->reveal());
}

}  // namespace

TEST_CASE("kill -9 at any step of saving a credential leaves the old one or the new one, whole",
          "[account][crash]") {
  const WriteStep step = GENERATE(WriteStep::kCreate, WriteStep::kWrite, WriteStep::kSync,
                                  WriteStep::kRename, WriteStep::kSyncDirectory);
  const Crash crash;

  REQUIRE(crash.during(step, [](AccountFiles& files) { (void)files.save(*renewed()); }) == SIGKILL);

  const AccountFiles::Listing found = crash.afterwards();
  const std::string which = step == WriteStep::kSyncDirectory ? "new" : "old";
  REQUIRE(found.accounts.size() == 1);
  CHECK(found.broken.empty());
  CHECK(secret(found, "access_token") == "a-" + which);
  CHECK(secret(found, "refresh_token") == "r-" + which);
}

TEST_CASE("after a kill -9 the next process writes as if nothing had been", "[account][crash]") {
  const WriteStep step = GENERATE(WriteStep::kCreate, WriteStep::kWrite, WriteStep::kSync,
                                  WriteStep::kRename, WriteStep::kSyncDirectory);
  const Crash crash;
  REQUIRE(crash.during(step, [](AccountFiles& files) { (void)files.save(*renewed()); }) == SIGKILL);

  const auto files = AccountFiles::open(crash.dir.path());
  REQUIRE((*files)->save(*renewed()));

  CHECK(secret((*files)->read(), "refresh_token") == "r-new");
  CHECK((*files)->read().accounts.size() == 1);
}

TEST_CASE("kill -9 at any step of adding an account leaves none or all of it, and the others",
          "[account][crash]") {
  const WriteStep step = GENERATE(WriteStep::kCreate, WriteStep::kWrite, WriteStep::kSync,
                                  WriteStep::kRename, WriteStep::kSyncDirectory);
  const Crash crash;
  const auto json = abv::config::load_json(kOld, "b").value();

  REQUIRE(crash.during(step, [&](AccountFiles& files) { (void)files.add("b", json); }) == SIGKILL);

  const AccountFiles::Listing found = crash.afterwards();
  CHECK(found.broken.empty());
  CHECK(found.accounts.size() == (step == WriteStep::kSyncDirectory ? 2 : 1));
  CHECK(secret(found, "refresh_token") == "r-old");
}

TEST_CASE("kill -9 at any step of switching an account off loses no credential",
          "[account][crash]") {
  const WriteStep step = GENERATE(WriteStep::kCreate, WriteStep::kWrite, WriteStep::kSync,
                                  WriteStep::kRename, WriteStep::kSyncDirectory);
  const Crash crash;

  REQUIRE(crash.during(step, [](AccountFiles& files) { (void)files.disable("a", "void"); }) ==
          SIGKILL);

  const AccountFiles::Listing found = crash.afterwards();
  REQUIRE(found.accounts.size() == 1);
  CHECK(found.accounts[0]->facts().is_enabled == (step != WriteStep::kSyncDirectory));
  CHECK(secret(found, "refresh_token") == "r-old");
}
