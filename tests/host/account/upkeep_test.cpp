#include "host/account/upkeep.hpp"

#include "tests/host/account/pool_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace abv::account;
using namespace abv::test;

namespace {

constexpr std::int64_t kDay = 24 * kHour;

std::shared_ptr<Account> with_token(const std::string& id, std::int64_t expires_at_ms,
                                    bool has_access = true) {
  AccountFacts facts;
  facts.id = id;
  facts.provider = "p";
  facts.kind = "oauth";
  facts.expires_at_ms = expires_at_ms;
  Account::Secrets secrets{{"refresh_token", abv::Secret("r of " + id)}};
  if (has_access) {
    secrets.emplace("access_token", abv::Secret("a of " + id));
  }
  return std::make_shared<Account>(std::move(facts), std::move(secrets));
}

struct UpkeepFixture {
  explicit UpkeepFixture(std::vector<std::shared_ptr<Account>> accounts, UpkeepTerms terms = {}) {
    PoolSettings settings;
    settings.upkeep = terms;
    home.pools.push_back(std::make_shared<Pool>("p", settings, nullptr, nullptr));
    home.pools[0]->set_accounts(accounts);
  }

  // "refresh a", "quota a", "warm a m", or "-" for nothing that is due.
  std::string take(std::int64_t now) {
    last = upkeep.take(home, now);
    if (!last) {
      return "-";
    }
    if (last->kind == Chore::Kind::kWarmUp) {
      return "warm " + last->account->id() + " " + last->model;
    }
    return (last->kind == Chore::Kind::kRefresh ? "refresh " : "quota ") + last->account->id();
  }
  void done(Done how, std::int64_t now) { upkeep.done(*last, how, now); }

  // How long after `now` the failed chore that was taken last comes again.
  std::int64_t pause_after_failure(std::int64_t now) {
    done(Done::kFailed, now);
    std::int64_t pause = 0;
    while (take(now + pause) == "-" && pause < kHour) {
      pause += kSecond;
    }
    return pause;
  }

  Household home;
  Upkeep upkeep;
  std::optional<Chore> last;
};

class Remembered final : public WarmUpMemory {
 public:
  std::int64_t last_ms(const std::string&, const std::string&) override { return last; }

  std::int64_t last = 0;
};

}  // namespace

TEST_CASE("a token is refreshed the given time before it expires, and not earlier",
          "[account][upkeep]") {
  UpkeepFixture given({with_token("a", kNow + 10 * kMinute)});
  CHECK(given.take(kNow + 5 * kMinute - 1) == "-");
  CHECK(given.take(kNow + 5 * kMinute) == "refresh a");
}

TEST_CASE("the token that expires first is refreshed first, and one that is missing before all",
          "[account][upkeep]") {
  UpkeepFixture given({with_token("late", kNow + 2 * kMinute), with_token("soon", kNow + kMinute),
                       with_token("none", 0, false)});
  CHECK(given.take(kNow) == "refresh none");
  CHECK(given.take(kNow) == "refresh soon");
}

TEST_CASE("a provider has at most two chores under way, so that others get their turn",
          "[account][upkeep]") {
  UpkeepFixture given({with_token("a", kNow), with_token("b", kNow), with_token("c", kNow)});
  auto other = std::make_shared<Pool>("q", PoolSettings(), nullptr, nullptr);
  other->set_accounts({with_token("z", kNow + kMinute)});
  given.home.pools.push_back(other);
  CHECK(given.take(kNow) == "refresh a");
  CHECK(given.take(kNow) == "refresh b");
  CHECK(given.take(kNow) == "refresh z");
  CHECK(given.take(kNow) == "-");
}

TEST_CASE("an account that is refreshed just now is not refreshed twice", "[account][upkeep]") {
  UpkeepFixture given({with_token("a", kNow)});
  CHECK(given.take(kNow) == "refresh a");
  CHECK(given.take(kNow + kDay) == "-");
}

TEST_CASE("after failures the pause doubles, up to ten minutes", "[account][upkeep]") {
  UpkeepFixture given({with_token("a", kNow)});
  REQUIRE(given.take(kNow) == "refresh a");
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 8; ++i) {
    pauses.push_back(given.pause_after_failure(kNow) / kSecond);
  }
  CHECK(pauses == std::vector<std::int64_t>{15, 30, 60, 120, 240, 480, 600, 600});
}

TEST_CASE("a refresh that went well is not repeated within a minute, however short a token lives",
          "[account][upkeep]") {
  UpkeepFixture given({with_token("a", kNow + kMinute)});
  REQUIRE(given.take(kNow) == "refresh a");
  given.done(Done::kWell, kNow);
  CHECK(given.take(kNow + kMinute - 1) == "-");
  CHECK(given.take(kNow + kMinute) == "refresh a");
}

TEST_CASE(
    "accounts that are off, that hold no refresh token, or whose token holds on are left alone",
    "[account][upkeep]") {
  AccountFacts off = with_token("off", kNow)->facts();
  off.is_enabled = false;
  UpkeepFixture given({std::make_shared<Account>(off, with_token("off", kNow)->secrets()),
                       make_account("key"), with_token("no-end", 0)});
  CHECK(given.take(kNow) == "-");
}

TEST_CASE("nothing is refreshed ahead when that is switched off", "[account][upkeep]") {
  UpkeepTerms terms;
  terms.refresh_ahead_ms = 0;
  UpkeepFixture given({with_token("a", kNow)}, terms);
  CHECK(given.take(kNow) == "-");
}

TEST_CASE("quotas are asked for in their turn, and hardly ever where nobody can tell",
          "[account][upkeep]") {
  UpkeepTerms terms;
  terms.quota_every_ms = 10 * kMinute;
  UpkeepFixture given({with_token("a", kNow + 30 * kDay)}, terms);
  REQUIRE(given.take(kNow) == "quota a");
  given.done(Done::kWell, kNow);
  CHECK(given.take(kNow + 10 * kMinute - 1) == "-");
  REQUIRE(given.take(kNow + 10 * kMinute) == "quota a");
  given.done(Done::kNotThere, kNow);
  CHECK(given.take(kNow + kDay - 1) == "-");
}

TEST_CASE("accounts that are gone are forgotten", "[account][upkeep]") {
  UpkeepFixture given({with_token("a", kNow)});
  REQUIRE(given.take(kNow) == "refresh a");
  given.done(Done::kFailed, kNow);
  REQUIRE(given.upkeep.size() == 1);
  given.home.pools[0]->set_accounts({});
  CHECK(given.take(kNow) == "-");
  CHECK(given.upkeep.size() == 0);
}

TEST_CASE("accounts are warmed up in their turn, for each model that is listed",
          "[account][upkeep]") {
  const std::vector<WarmUpPlan> plan{{"p", "a*", {"m", "n"}, 5 * kHour}};
  UpkeepFixture given({make_account("a1"), make_account("b")});
  given.home.warm_ups = plan;
  CHECK(given.take(kNow) == "warm a1 m");
  given.done(Done::kWell, kNow);
  CHECK(given.take(kNow) == "warm a1 n");
  given.done(Done::kWell, kNow);
  CHECK(given.take(kNow + 5 * kHour - 1) == "-");
  CHECK(given.take(kNow + 5 * kHour) == "warm a1 m");
}

TEST_CASE("a restart is no reason to warm up again", "[account][upkeep]") {
  const std::vector<WarmUpPlan> plan{{"p", "*", {"m"}, 5 * kHour}};
  Remembered memory;
  memory.last = kNow - kHour;
  UpkeepFixture given({make_account("a")});
  given.home.warm_ups = plan;
  given.home.memory = &memory;
  CHECK(given.take(kNow) == "-");
  CHECK(given.take(kNow + 4 * kHour) == "warm a m");
}

TEST_CASE("a token that is about to expire goes before what is to be warmed up",
          "[account][upkeep]") {
  const std::vector<WarmUpPlan> plan{{"p", "*", {"m"}, kHour}};
  UpkeepFixture given({make_account("a"), with_token("b", kNow)});
  given.home.warm_ups = plan;
  CHECK(given.take(kNow) == "refresh b");
}
