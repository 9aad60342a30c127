#include "tests/host/account/simulation.hpp"

#include "tests/host/account/pool_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace abv::account;
using namespace abv::test;

namespace {

constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kCeiling = 30 * kMinute;

// What somebody with a subscription has: so many calls in five hours, and in a week.
TrueAccount subscription(const std::string& id, std::int64_t five_hours, std::int64_t week,
                         std::int64_t began_ms = kNow) {
  TrueAccount account;
  account.id = id;
  account.windows = {{"week", kWeek, week, began_ms, 0},
                     {"five_hours", 5 * kHour, five_hours, began_ms, 0}};
  return account;
}

struct World {
  explicit World(std::vector<TrueAccount> accounts, PoolSettings settings = {})
      : upstream(std::move(accounts)), pool("p", settings, nullptr, nullptr) {
    std::vector<std::shared_ptr<Account>> known;
    for (const TrueAccount& one : upstream) {
      known.push_back(make_account(one.id));
    }
    pool.set_accounts(known);
  }

  SimulationReport run(const Load& load, std::uint32_t seed = 1) {
    SimulationReport report = simulate(pool, upstream, load, {}, seed);
    return report;
  }

  std::vector<TrueAccount> upstream;
  Pool pool;
};

std::uint64_t most_refused_in_an_hour(const SimulationReport& report) {
  std::uint64_t most = 0;
  for (const auto& [id, one] : report.accounts) {
    most = std::max(most, one.most_refused_in_an_hour);
  }
  return most;
}

std::int64_t longest_idle(const SimulationReport& report) {
  std::int64_t longest = 0;
  for (const auto& [id, one] : report.accounts) {
    longest = std::max(longest, one.longest_idle_ms);
  }
  return longest;
}

}  // namespace

TEST_CASE("three weeks of five-hour and weekly windows: nothing hammered, nothing forgotten",
          "[account][simulation]") {
  const Mode mode = GENERATE(Mode::kBalance, Mode::kCacheFirst, Mode::kPerformance,
                             Mode::kFillFirst, Mode::kWeighted);
  PoolSettings settings;
  settings.mode = mode;
  World world({subscription("a", 400, 6000), subscription("b", 400, 6000, kNow - kHour),
               subscription("c", 200, 2000, kNow - 2 * kDay), subscription("d", 900, 9000)},
              settings);
  const SimulationReport report =
      world.run({.length_ms = 3 * kWeek, .sessions = 10, .calls_per_hour = 20});
  CHECK(report.calls > 90'000);
  INFO(report.text());
  CHECK(report.needless_errors == 0);
  INFO("a limited account is tried about once in each ceiling, and when its windows change");
  CHECK(most_refused_in_an_hour(report) <= 5);
  CHECK(report.accounts.at("a").served > 5'000);
  CHECK(report.accounts.at("b").served > 5'000);
}

TEST_CASE("with calls enough no account rests longer than the ceiling after it recovered",
          "[account][simulation]") {
  World world({subscription("a", 300, 100'000), subscription("b", 300, 100'000, kNow - kHour),
               subscription("c", 300, 100'000, kNow - 3 * kHour)});
  const SimulationReport report = world.run({.length_ms = 2 * kDay, .sessions = 20});
  CHECK(longest_idle(report) <= kCeiling + 2 * kMinute);
  CHECK(report.needless_errors == 0);
}

TEST_CASE("a cool-down of 156 hours ends when the quota was reset before",
          "[account][simulation]") {
  std::vector<TrueAccount> accounts{subscription("a", 200, 100'000)};
  accounts[0].tells = [](std::int64_t) { return std::optional(156 * kHour); };
  World world(std::move(accounts));
  const SimulationReport report =
      world.run({.length_ms = 2 * kDay, .sessions = 5, .calls_per_hour = 30});
  CHECK(longest_idle(report) <= kCeiling + 2 * kMinute);
  CHECK(report.accounts.at("a").served > 1'500);
}

TEST_CASE("an upstream that always says one second is not asked every second",
          "[account][simulation]") {
  std::vector<TrueAccount> accounts{subscription("liar", 100, 100'000),
                                    subscription("b", 100'000, 100'000)};
  accounts[0].tells = [](std::int64_t) { return std::optional(kSecond); };
  World world(std::move(accounts));
  const SimulationReport report = world.run({.length_ms = kDay, .sessions = 20});
  CHECK(report.errors == 0);
  CHECK(report.accounts.at("liar").most_refused_in_an_hour <= 14);
}

TEST_CASE("an upstream that says nothing on times is asked less and less",
          "[account][simulation]") {
  std::vector<TrueAccount> accounts{subscription("silent", 100, 100'000),
                                    subscription("b", 100'000, 100'000)};
  accounts[0].tells = [](std::int64_t) { return std::optional<std::int64_t>(); };
  World world(std::move(accounts));
  const SimulationReport report = world.run({.length_ms = kDay, .sessions = 20});
  CHECK(report.errors == 0);
  CHECK(report.accounts.at("silent").most_refused_in_an_hour <= 14);
  CHECK(report.accounts.at("silent").longest_idle_ms <= kCeiling + 2 * kMinute);
}

TEST_CASE("one request that nobody serves does not cool the pool", "[account][simulation]") {
  World world({subscription("a", 100'000, 100'000), subscription("b", 100'000, 100'000),
               subscription("c", 100'000, 100'000), subscription("d", 100'000, 100'000)});
  const SimulationReport report = world.run({.length_ms = kDay, .sessions = 20, .poison = 0.05});
  CHECK(report.poisoned > 1'000);
  CHECK(report.errors == 0);
  CHECK(report.longest_wait_ms < kSecond);
}

TEST_CASE("a banned account is tried once in each ceiling at most, and the others carry on",
          "[account][simulation]") {
  std::vector<TrueAccount> accounts{subscription("banned", 100'000, 100'000),
                                    subscription("b", 100'000, 100'000)};
  accounts[0].banned_from_ms = kNow + kHour;
  World world(std::move(accounts));
  const SimulationReport report = world.run({.length_ms = 2 * kDay, .sessions = 10});
  CHECK(report.errors == 0);
  CHECK(report.accounts.at("banned").refused < 2 * 48 + 20);
}

TEST_CASE("outages of one account are not seen by clients", "[account][simulation]") {
  std::vector<TrueAccount> accounts{subscription("a", 100'000, 100'000),
                                    subscription("b", 100'000, 100'000)};
  const int status = GENERATE(500, 503, 529);
  for (int i = 0; i < 10; ++i) {
    const std::int64_t from = kNow + (2 * i + 1) * kHour;
    accounts[0].outages.push_back({from, from + 20 * kMinute, status});
  }
  World world(std::move(accounts));
  INFO("sessions that have moved stay away, so it takes a new one to use the account again");
  const SimulationReport report =
      world.run({.length_ms = kDay, .sessions = 40, .session_ms = kHour});
  CHECK(report.errors == 0);
  INFO(report.text());
  CHECK(longest_idle(report) <= kCeiling + 2 * kMinute);
}

TEST_CASE("a burst beyond the limit per minute waits in line instead of failing",
          "[account][simulation]") {
  std::vector<TrueAccount> accounts;
  for (const char* id : {"a", "b"}) {
    TrueAccount account;
    account.id = id;
    account.windows = {{"minute", kMinute, 30, kNow, 0}};
    accounts.push_back(account);
  }
  World world(std::move(accounts));
  const SimulationReport report =
      world.run({.length_ms = kHour, .sessions = 10, .calls_per_hour = 300, .answer_ms = 2'000});
  CHECK(report.served > 2'500);
  CHECK(report.waited > 0);
  CHECK(report.needless_errors == 0);
}

TEST_CASE("sessions stay with their account, and equal accounts share the load",
          "[account][simulation]") {
  World world({subscription("a", 100'000, 100'000), subscription("b", 100'000, 100'000),
               subscription("c", 100'000, 100'000), subscription("d", 100'000, 100'000)});
  const SimulationReport report = world.run({.length_ms = kDay, .sessions = 40});
  CHECK(report.errors == 0);
  CHECK(report.sticky_rate() > 0.99);
  CHECK(report.fairness() > 0.95);
}

TEST_CASE("the report of the simulated weeks", "[.report]") {
  for (const Mode mode :
       {Mode::kBalance, Mode::kCacheFirst, Mode::kPerformance, Mode::kFillFirst, Mode::kWeighted}) {
    PoolSettings settings;
    settings.mode = mode;
    World world({subscription("a", 400, 6000), subscription("b", 400, 6000, kNow - kHour),
                 subscription("c", 200, 2000, kNow - 2 * kDay), subscription("d", 900, 9000)},
                settings);
    WARN("mode " << static_cast<int>(mode) << ": "
                 << simulate(world.pool, world.upstream, {.length_ms = 3 * kWeek, .sessions = 10},
                             {}, 1)
                        .text());
  }
}
