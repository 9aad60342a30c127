#include "host/account/account_files.hpp"

#include <sys/stat.h>

#include <fstream>

#include "host/account/atomic_file.hpp"
#include "host/config/load_json.hpp"
#include "tests/host/account/pool_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace abv::account;
using namespace abv::test;
using abv::config::Value;
namespace fs = std::filesystem;

namespace {

// A data directory of its own, which is gone afterwards.
struct DataDir {
  DataDir() {
    std::string name = (fs::temp_directory_path() / "abv-accounts-XXXXXX").string();
    path = ::mkdtemp(name.data());
    files = std::move(AccountFiles::open(path)).value();
  }
  ~DataDir() { fs::remove_all(path); }

  void put(const std::string& name, const std::string& text) const {
    std::ofstream(path / "accounts" / name, std::ios::binary) << text;
  }
  std::string get(const std::string& name) const {
    return read_small_file(path / "accounts" / name).value();
  }
  Value json(const std::string& name) const {
    return abv::config::load_json(get(name), name).value();
  }

  fs::path path;
  std::unique_ptr<AccountFiles> files;
};

constexpr const char* kWork = R"({
  "version": 1, "provider": "claude", "kind": "oauth", "label": "work", "tier": "max",
  "priority": 2, "weight": 3, "models": ["claude-*"], "max_concurrent": 4,
  "proxy": "http://127.0.0.1:3128", "notes": "mine", "expires_at_ms": 1700000000000,
  "secrets": {"access_token": "old", "refresh_token": "r1"},
  "attributes": {"email": "a@b.c"}, "something": {"newer": [1.10, 12345678901234567890]}
})";

// Of a person who pulls the plug.
struct PowerCut {};

}  // namespace

TEST_CASE("an account's file says all there is to know of it", "[account][files]") {
  DataDir dir;
  dir.put("work.json", kWork);
  const auto listing = dir.files->read();
  REQUIRE(listing.accounts.size() == 1);
  const AccountFacts& facts = listing.accounts[0]->facts();
  CHECK(facts.id == "work");
  CHECK(facts.provider == "claude");
  CHECK(facts.kind == "oauth");
  CHECK(facts.label == "work");
  CHECK(facts.tier == "max");
  CHECK(facts.priority == 2);
  CHECK(facts.weight == 3);
  CHECK(facts.models == std::vector<std::string>{"claude-*"});
  CHECK(facts.most_calls == 4);
  CHECK(facts.expires_at_ms == 1700000000000);
  CHECK(facts.attributes_json == R"({"email":"a@b.c"})");
  CHECK(listing.accounts[0]->proxy().reveal() == "http://127.0.0.1:3128");
  CHECK(listing.accounts[0]->find("refresh_token")->reveal() == "r1");
}

TEST_CASE("a refreshed credential is written, and everything else in the file stays",
          "[account][files]") {
  DataDir dir;
  dir.put("work.json", kWork);
  const auto account = dir.files->read().accounts[0];
  AccountFacts facts = account->facts();
  facts.expires_at_ms = 1800000000000;
  const Account fresh(facts,
                      {{"access_token", abv::Secret("new")}, {"refresh_token", abv::Secret("r2")}});
  REQUIRE(dir.files->save(fresh));
  Value expected = abv::config::load_json(kWork, "work").value();
  expected.find("secrets")->set("access_token", Value::string("new"));
  expected.find("secrets")->set("refresh_token", Value::string("r2"));
  expected.set("expires_at_ms", Value::integer(1800000000000));
  CHECK(dir.json("work.json").to_json() == expected.to_json());
}

TEST_CASE("what somebody else changed meanwhile is not undone by a refresh", "[account][files]") {
  DataDir dir;
  dir.put("work.json", kWork);
  const auto account = dir.files->read().accounts[0];
  REQUIRE(dir.files->set_enabled("work", false, "on holiday"));
  REQUIRE(dir.files->save(*account));
  CHECK_FALSE(dir.files->read().accounts[0]->facts().is_enabled);
  CHECK(dir.files->read().accounts[0]->facts().disabled_reason == "on holiday");
}

TEST_CASE("a crash at any step of a write leaves the old file or the new one, whole",
          "[account][files]") {
  const WriteStep step = GENERATE(WriteStep::kCreate, WriteStep::kWrite, WriteStep::kSync,
                                  WriteStep::kRename, WriteStep::kSyncDirectory);
  DataDir dir;
  const fs::path file = dir.path / "accounts" / "a.json";
  REQUIRE(write_atomically(file, "old"));
  CHECK_THROWS_AS(write_atomically(file, "new",
                                   [&](WriteStep now) {
                                     if (now == step) {
                                       throw PowerCut();
                                     }
                                   }),
                  PowerCut);
  CHECK(dir.get("a.json") == (step == WriteStep::kSyncDirectory ? "new" : "old"));
}

TEST_CASE("account files are for their owner only", "[account][files]") {
  DataDir dir;
  REQUIRE(dir.files->add("new", abv::config::load_json(kWork, "work").value()));
  struct stat status {};
  REQUIRE(::stat((dir.path / "accounts" / "new.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(::stat((dir.path / "accounts").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("a broken file is reported with the reason, skipped, and left as it is",
          "[account][files]") {
  struct Case {
    const char* text;
    const char* reason;
  };
  const Case one = GENERATE(
      Case{"{", "not valid JSON"}, Case{"", "not valid JSON"}, Case{"[]", "expected a JSON object"},
      Case{R"({"provider":"p","kind":"api_key"})", "secrets: is missing"},
      Case{R"({"provider":"p","kind":"api_key","secrets":{}})", "secrets: expected at least one"},
      Case{R"({"kind":"api_key","secrets":{"api_key":"k"}})",
           "provider: expected the name of an entry under `providers`"},
      Case{R"({"provider":"p","kind":"apikey","secrets":{"api_key":"k"}})",
           R"(kind: expected api_key, oauth, codex, bearer or header, got "apikey")"},
      Case{R"({"provider":"p","kind":"api_key","weight":0,"secrets":{"api_key":"k"}})",
           "weight: expected 1 to 1000000, got 0"},
      Case{R"({"provider":"p","kind":"api_key","enabled":"yes","secrets":{"api_key":"k"}})",
           "enabled: expected true or false"},
      Case{R"({"token":{"refresh_token":"r"}})", "abv-host accounts import"});
  DataDir dir;
  dir.put("bad.json", one.text);
  dir.put("good.json", kWork);
  const auto listing = dir.files->read();
  CHECK(listing.accounts.size() == 1);
  REQUIRE(listing.broken.size() == 1);
  INFO(listing.broken[0].why);
  CHECK(listing.broken[0].why.find("bad.json") != std::string::npos);
  CHECK((one.reason == std::string("not valid JSON") ||
         listing.broken[0].why.find(one.reason) != std::string::npos));
  CHECK(dir.get("bad.json") == one.text);
}

TEST_CASE("changes of the files are noticed once", "[account][files]") {
  DataDir dir;
  CHECK(dir.files->have_changed());
  CHECK_FALSE(dir.files->have_changed());
  dir.put("work.json", kWork);
  CHECK(dir.files->have_changed());
  CHECK_FALSE(dir.files->have_changed());
  REQUIRE(dir.files->remove("work"));
  CHECK(dir.files->have_changed());
}

TEST_CASE("half-written files of others are no accounts", "[account][files]") {
  DataDir dir;
  dir.put(".work.json.123-1.tmp", kWork);
  dir.put(".work.json", kWork);
  dir.put("work.json~", kWork);
  CHECK(dir.files->read().accounts.empty());
  CHECK(dir.files->read().broken.empty());
}

TEST_CASE("an account cannot be added under a taken name or outside of the directory",
          "[account][files]") {
  DataDir dir;
  const Value json = abv::config::load_json(kWork, "work").value();
  REQUIRE(dir.files->add("work", json));
  CHECK_FALSE(dir.files->add("work", json).ok());
  CHECK_FALSE(dir.files->add("../work", json).ok());
  CHECK_FALSE(dir.files->add("", json).ok());
  CHECK_FALSE(dir.files->add(".work", json).ok());
}

TEST_CASE("an account file of Antigravity Manager is taken over without loss",
          "[account][files][import]") {
  const Value foreign = abv::config::load_json(R"({
        "id": "0b5c", "email": "me@example.com", "name": "Me", "created_at": 1, "last_used": 2,
        "token": {"access_token": "at", "refresh_token": "rt", "expires_in": 3599,
                  "expiry_timestamp": 1700000000, "token_type": "Bearer", "project_id": "p-1",
                  "is_gcp_tos": false, "id_token": null},
        "quota": {"subscription_tier": "pro", "models": [{"name": "m", "percentage": 40}]},
        "proxy_disabled": true, "proxy_disabled_reason": "forbidden",
        "device_profile": {"machine_id": "x"}, "device_history": [{"label": "l"}],
        "custom_label": "main"
      })",
                                               "foreign")
                            .value();
  const auto imported = import_account(foreign, "", "foreign.json");
  REQUIRE(imported);
  CHECK(imported->id == "me@example.com");
  const auto account = account_of(imported->json, imported->id, "x");
  REQUIRE(account);
  CHECK((*account)->facts().kind == "oauth");
  CHECK((*account)->facts().provider == "gemini");
  CHECK((*account)->facts().label == "main");
  CHECK((*account)->facts().tier == "pro");
  CHECK_FALSE((*account)->facts().is_enabled);
  CHECK((*account)->facts().disabled_reason == "forbidden");
  CHECK((*account)->facts().expires_at_ms == 1700000000000);
  CHECK((*account)->facts().attributes_json ==
        R"({"token_type":"Bearer","project_id":"p-1","is_gcp_tos":false})");
  CHECK((*account)->find("access_token")->reveal() == "at");
  for (const char* kept : {"quota", "device_profile", "device_history", "email", "name",
                           "created_at", "last_used", "proxy_disabled_reason"}) {
    INFO(kept);
    REQUIRE(imported->json.find(kept) != nullptr);
    CHECK(imported->json.find(kept)->equals(*foreign.find(kept)));
  }
}

TEST_CASE("Codex CLI's auth.json becomes an account of kind codex in a store of its own",
          "[account][files][import]") {
  const Value foreign = abv::config::load_json(R"({"OPENAI_API_KEY": null, "auth_mode": "chatgpt",
        "tokens": {"id_token": "i", "access_token": "a", "refresh_token": "r",
                   "account_id": "acc-1"}, "last_refresh": "2026-11-01T00:00:00Z"})",
                                               "auth.json")
                            .value();
  const auto imported = import_account(foreign, "", "auth.json");
  REQUIRE(imported);
  DataDir dir;
  const auto file = dir.files->add(imported->id, imported->json);
  REQUIRE(file);
  CHECK(*file == dir.path / "codex" / "codex-acc-1.json");
  const auto account = dir.files->read().accounts.at(0);
  CHECK(account->facts().kind == "codex");
  CHECK(account->facts().attributes_json == R"({"account_id":"acc-1"})");
  CHECK(account->find("id_token")->reveal() == "i");
  CHECK(imported->json.find("last_refresh") != nullptr);
}

TEST_CASE("what is no account of a known program is not imported", "[account][files][import]") {
  CHECK_FALSE(import_account(Value::object(), "", "x.json").ok());
  CHECK_FALSE(import_account(Value::array(), "", "x.json").ok());
}
