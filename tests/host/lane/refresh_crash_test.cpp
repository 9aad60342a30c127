// kill -9 at every step of a refresh, with an issuer whose refresh tokens hold for one use.

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "host/account/account_files.hpp"
#include "host/account/accounts.hpp"
#include "host/lane/refresher.hpp"
#include "host/plugin/loader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/killed_child.hpp"
#include "tests/support/log_sinks.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::lane {
namespace {

namespace fs = std::filesystem;

using account::AccountFiles;
using account::WriteStep;

constexpr const char* kOld = R"({"version":1,"provider":"codex","kind":"codex",
  "secrets":{"access_token":"a-old","refresh_token":"r-old"},"attributes":{"account_id":"x"}})";

void issue(test::FakeConnection& connection, const test::FakeRequest&) {
  connection.send(
      test::json_answer(R"({"access_token":"a-new","refresh_token":"r-new","expires_in":3600})"));
}

// All that a refresh needs, made of the real parts.
class Process {
 public:
  Process(const fs::path& data_dir, std::function<void(Process&, WriteStep)> before)
      : run_dir_(data_dir / "run"),
        files_(AccountFiles::open(data_dir, [this, before](WriteStep step) {
                 before(*this, step);
               }).value()) {
    plugin::InstanceSpec spec;
    spec.library = library_;
    spec.component = "codex";
    spec.name = "codex";
    spec.config_json = R"({"token_url":")" + issuer_.url("/oauth/token") + R"("})";
    instance_ = plugin::Instance::create(std::move(spec), services_).value();
    target_.name = "codex";
    target_.provider = plugin::Provider::of(instance_).value();
    target_.egress = upstream::Egress::make({}, clock_).value();
    target_.accounts =
        std::make_shared<account::Pool>("codex", account::PoolSettings(), nullptr, nullptr);
    target_.accounts->set_accounts(files_->read().accounts);
  }

  bool refresh() { return refresher_.refresh(target_, target_.accounts->account("a")).ok(); }

  // What calls would be sent with.
  std::string token_in_use() const {
    return std::string(target_.accounts->account("a")->find("access_token")->reveal());
  }

 private:
  const fs::path run_dir_;  // what a killed process leaves behind goes with the test

  std::shared_ptr<plugin::Library> load() {
    const auto catalog = plugin::Catalog::scan({ABV_TEST_PLUGIN_DIR});
    const auto allowed = plugin::AllowList::build({{"abv.codex", "", "", ""}}).value();
    return loader_->load(catalog, allowed, "abv.codex").value();
  }

  test::FakeServer issuer_{&issue};
  test::VirtualClock clock_;
  test::NoSink sink_;
  Log log_{sink_, clock_};
  plugin::SystemWaiter waiter_;
  plugin::HostServices services_{log_, clock_, waiter_};
  std::unique_ptr<plugin::Loader> loader_ = plugin::Loader::make(run_dir_, log_, clock_).value();
  std::shared_ptr<plugin::Library> library_ = load();
  std::unique_ptr<AccountFiles> files_;
  Refresher refresher_{*files_, clock_, log_};
  std::shared_ptr<plugin::Instance> instance_;
  Target target_;
};

struct Crash {
  Crash() {
    fs::create_directories(dir.path() / "codex");
    std::ofstream(dir.path() / "codex" / "a.json") << kOld;
  }

  // Throws, and so gives -1, when the new token was in use before it was on disk.
  int before(WriteStep fatal) const {
    return test::signal_that_ended([&] {
      Process process(dir.path(), [&](const Process& self, WriteStep step) {
        if (self.token_in_use() != "a-old") {
          ::_exit(1);
        }
        if (step == fatal) {
          test::die_at_once();
        }
      });
      (void)process.refresh();
    });
  }

  AccountFiles::Listing afterwards() const { return (*AccountFiles::open(dir.path()))->read(); }

  test::TempDir dir;
};

std::string secret(const AccountFiles::Listing& listing, const char* name) {
  return std::string(listing.accounts.at(0)->find(name)->reveal());
}

}  // namespace

TEST_CASE("kill -9 at any step of a refresh loses no credential that was in use", "[lane][crash]") {
  const WriteStep step = GENERATE(WriteStep::kCreate, WriteStep::kWrite, WriteStep::kSync,
                                  WriteStep::kRename, WriteStep::kSyncDirectory);
  const Crash crash;

  REQUIRE(crash.before(step) == SIGKILL);

  const AccountFiles::Listing found = crash.afterwards();
  const std::string which = step == WriteStep::kSyncDirectory ? "new" : "old";
  REQUIRE(found.accounts.size() == 1);
  CHECK(found.broken.empty());
  CHECK(secret(found, "access_token") == "a-" + which);
  CHECK(secret(found, "refresh_token") == "r-" + which);
}

TEST_CASE("a refreshed token is in use only when it is on disk", "[lane][crash]") {
  const Crash crash;

  CHECK(test::signal_that_ended([&] {
          Process process(crash.dir.path(), [](const Process&, WriteStep) {});
          if (!process.refresh() || process.token_in_use() != "a-new") {
            throw 1;
          }
          test::die_at_once();
        }) == SIGKILL);

  CHECK(secret(crash.afterwards(), "access_token") == "a-new");
  CHECK(secret(crash.afterwards(), "refresh_token") == "r-new");
}

}  // namespace abv::lane
