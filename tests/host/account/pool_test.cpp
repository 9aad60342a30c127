#include "host/account/pool.hpp"

#include "tests/host/account/pool_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace abv::account;
using namespace abv::test;
namespace plugin = abv::plugin;

namespace {

PoolSettings with_mode(Mode mode) {
  PoolSettings settings;
  settings.mode = mode;
  return settings;
}

Why why(const Choice& choice, const std::string& account) {
  for (const Considered& one : choice.explanation.first) {
    if (one.account == account) {
      return one.why;
    }
  }
  throw std::runtime_error("not considered: " + account);
}

Report served(std::vector<Room> rooms = {}) {
  Report report;
  report.is_served = true;
  report.rooms = std::move(rooms);
  return report;
}

}  // namespace

TEST_CASE("calls at the same time get different accounts", "[account][pool]") {
  PoolFixture fixture(3);
  const Choice first = fixture.choose(PoolFixture::ask());
  const Choice second = fixture.choose(PoolFixture::ask());
  const Choice third = fixture.choose(PoolFixture::ask());
  CHECK(first.lease.account().id() == "a");
  CHECK(second.lease.account().id() == "b");
  CHECK(third.lease.account().id() == "c");
}

TEST_CASE("calls one after the other take turns", "[account][pool]") {
  PoolFixture fixture(2);
  CHECK(fixture.chosen(kNow) == "a");
  CHECK(fixture.chosen(kNow + 1) == "b");
  CHECK(fixture.chosen(kNow + 2) == "a");
}

TEST_CASE("a session stays with its account", "[account][pool]") {
  PoolFixture fixture(3);
  const Choice busy = fixture.choose(PoolFixture::ask());  // a
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "b");
  const Choice also_busy = fixture.choose(PoolFixture::ask());  // c
  CHECK(fixture.chosen(PoolFixture::ask("s"), kNow + kMinute) == "b");
  CHECK(fixture.choose(PoolFixture::ask("s"), kNow + kMinute).explanation.rule == "session");
}

TEST_CASE("a session moves when its account is limited, and then stays where it is",
          "[account][pool]") {
  PoolFixture fixture(2);
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "a");
  fixture.limit("a", kMinute);
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "b");
  CHECK(fixture.chosen(PoolFixture::ask("s"), kNow + kHour / 2) == "b");
}

TEST_CASE("in mode cache_first a session waits a little for its account, but not long",
          "[account][pool]") {
  PoolFixture fixture(2, with_mode(Mode::kCacheFirst));
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "a");
  SECTION("a short limit is waited for") {
    fixture.limit("a", 5 * kSecond);
    const Choice choice = fixture.choose(PoolFixture::ask("s"));
    CHECK_FALSE(choice.lease);
    CHECK(choice.until_ms == kNow + 5 * kSecond);
  }
  SECTION("a long one is not") {
    fixture.limit("a", kHour);
    CHECK(fixture.chosen(PoolFixture::ask("s")) == "b");
  }
  SECTION("whoever has waited long enough moves") {
    fixture.limit("a", 5 * kSecond);
    Ask impatient = PoolFixture::ask("s");
    impatient.is_patient = false;
    CHECK(fixture.chosen(impatient) == "b");
  }
}

TEST_CASE("in mode performance sessions do not count", "[account][pool]") {
  PoolFixture fixture(2, with_mode(Mode::kPerformance));
  CHECK(fixture.chosen(PoolFixture::ask("s"), kNow) == "a");
  CHECK(fixture.chosen(PoolFixture::ask("s"), kNow + 1) == "b");
}

TEST_CASE("in mode performance the account whose answers begin the soonest goes first",
          "[account][pool]") {
  PoolFixture fixture(2, with_mode(Mode::kPerformance));
  Report slow = served();
  slow.first_byte_ms = 900;
  Report fast = served();
  fast.first_byte_ms = 100;
  fixture.refuse("a", slow);
  fixture.refuse("b", fast, kNow + 1);
  CHECK(fixture.chosen(kNow + 2) == "b");
  CHECK(fixture.chosen(kNow + 3) == "b");
}

TEST_CASE("in mode fill_first the next account is used only while the first is limited",
          "[account][pool]") {
  PoolFixture fixture(2, with_mode(Mode::kFillFirst));
  CHECK(fixture.chosen(kNow) == "a");
  CHECK(fixture.chosen(kNow + 1) == "a");
  fixture.limit("a", kMinute, kNow + 2);
  CHECK(fixture.chosen(kNow + 3) == "b");
  CHECK(fixture.chosen(kNow + 2 * kMinute) == "a");
}

TEST_CASE("in mode weighted calls are shared out by weight, evenly in time", "[account][pool]") {
  PoolFixture fixture(0, with_mode(Mode::kWeighted));
  fixture.pool.set_accounts({make_account("a", {.weight = 2}), make_account("b", {.weight = 1})});
  std::string order;
  for (int i = 0; i < 6; ++i) {
    order += fixture.chosen(kNow + i);
  }
  CHECK(order == "abaaba");
}

TEST_CASE("a higher priority goes first in every mode", "[account][pool]") {
  const Mode mode = GENERATE(Mode::kBalance, Mode::kCacheFirst, Mode::kPerformance,
                             Mode::kFillFirst, Mode::kWeighted);
  PoolFixture fixture(0, with_mode(mode));
  fixture.pool.set_accounts({make_account("spare"), make_account("main", {.priority = 1})});
  CHECK(fixture.chosen(kNow) == "main");
  CHECK(fixture.chosen(kNow + 1) == "main");
  fixture.limit("main", kMinute, kNow + 2);
  CHECK(fixture.chosen(kNow + 3) == "spare");
}

TEST_CASE("the preferred account goes before sessions, while it is free", "[account][pool]") {
  PoolFixture fixture(2);
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "a");
  PoolSettings settings;
  settings.preferred = "b";
  fixture.pool.set_settings(settings);
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "b");
  fixture.limit("b", kMinute);
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "a");
}

TEST_CASE("a call that asks for an account by name gets that one or none", "[account][pool]") {
  PoolFixture fixture(2);
  Ask ask = PoolFixture::ask();
  ask.account = "b";
  CHECK(fixture.chosen(ask) == "b");
  fixture.limit("b", kMinute);
  const Choice choice = fixture.choose(ask);
  CHECK_FALSE(choice.lease);
  CHECK(why(choice, "a") == Why::kNotAsked);
}

TEST_CASE("accounts are passed over for a reason that is told", "[account][pool]") {
  PoolFixture fixture(0);
  fixture.pool.set_accounts(
      {make_account("off", {.is_enabled = false}), make_account("opus", {.models = {"opus-*"}}),
       make_account("full", {.most_calls = 1}), make_account("tired"), make_account("good")});
  Ask full = PoolFixture::ask();
  full.account = "full";
  const Choice holds = fixture.choose(full);
  fixture.limit("tired", kMinute);
  const Choice choice = fixture.choose(PoolFixture::ask());
  CHECK(choice.lease.account().id() == "good");
  CHECK(why(choice, "off") == Why::kDisabled);
  CHECK(why(choice, "opus") == Why::kModel);
  CHECK(why(choice, "full") == Why::kBusy);
  CHECK(why(choice, "tired") == Why::kLimited);
  CHECK(choice.explanation.text() ==
        "good: least busy (off: disabled; opus: not for this model; full: busy; tired: limited "
        "until 2023-11-14T22:14:20Z)");
}

TEST_CASE("when all are limited the call learns when the first may be tried, and why",
          "[account][pool]") {
  PoolFixture fixture(2);
  fixture.limit("a", kMinute);
  fixture.limit("b", 10 * kSecond);
  const Choice choice = fixture.choose(PoolFixture::ask());
  CHECK_FALSE(choice.lease);
  CHECK(choice.until_ms == kNow + 10 * kSecond);
  REQUIRE(choice.proof);
  CHECK(choice.proof->status == 429);
}

TEST_CASE("an account that was limited is tried by one call, and by all once that was served",
          "[account][pool]") {
  PoolFixture fixture(1);
  fixture.limit("a", 5 * kSecond);
  const std::int64_t later = kNow + 6 * kSecond;
  Choice probe = fixture.choose(PoolFixture::ask(), later);
  REQUIRE(probe.lease);
  CHECK(probe.lease.is_probe());
  CHECK(fixture.chosen(later) == "-");
  fixture.pool.report(probe.lease, served(), later);
  CHECK(fixture.chosen(later) == "a");
}

TEST_CASE("a trial that ends without an answer lets the next call try", "[account][pool]") {
  PoolFixture fixture(1);
  fixture.limit("a", 5 * kSecond);
  const std::int64_t later = kNow + 6 * kSecond;
  { const Choice abandoned = fixture.choose(PoolFixture::ask(), later); }
  CHECK(fixture.chosen(later) == "a");
}

TEST_CASE("an account on trial goes first, so that its recovery is found out", "[account][pool]") {
  PoolFixture fixture(2);
  fixture.limit("a", 5 * kSecond);
  const Choice probe = fixture.choose(PoolFixture::ask(), kNow + 6 * kSecond);
  CHECK(probe.lease.account().id() == "a");
  CHECK(fixture.chosen(kNow + 6 * kSecond) == "b");
}

TEST_CASE("a limit of the whole upstream holds every account back", "[account][pool]") {
  PoolFixture fixture(2);
  Report overloaded;
  overloaded.scope = plugin::Scope::kProvider;
  overloaded.wait_ms = 5 * kSecond;
  fixture.refuse("a", overloaded);
  CHECK(fixture.chosen(kNow + kSecond) == "-");
  CHECK(fixture.chosen(kNow + 5 * kSecond) != "-");
}

TEST_CASE("headers of a served answer end an older limit of the same window", "[account][pool]") {
  PoolFixture fixture(1);
  Report week;
  week.scope = plugin::Scope::kModel;
  week.window = "week";
  week.wait_ms = 20 * kMinute;
  fixture.refuse("a", week);
  Ask other = PoolFixture::ask();
  other.model = other.family = "n";
  Choice served_elsewhere = fixture.choose(other, kNow + kMinute);
  fixture.pool.report(served_elsewhere.lease, served({{"week", 0.9, kNow + 100 * kHour, true}}),
                      kNow + kMinute);
  CHECK(fixture.chosen(kNow + kMinute) == "a");
}

TEST_CASE("the account with more left of its quota goes first", "[account][pool]") {
  PoolFixture fixture(2);
  fixture.pool.note_rooms("a", "", {{"week", 0.48, kNow + kHour, true}}, kNow);
  fixture.pool.note_rooms("b", "", {{"week", 0.88, kNow + kHour, true}}, kNow);
  CHECK(fixture.chosen(kNow) == "b");
  CHECK(fixture.chosen(kNow + 1) == "b");
  INFO("what was said of a window that was reset since says nothing");
  CHECK(fixture.chosen(kNow + 2 * kHour) == "a");
}

TEST_CASE("an account is left alone below the protected part of its quota", "[account][pool]") {
  PoolSettings settings;
  settings.protected_below = 0.1;
  PoolFixture fixture(1, settings);
  fixture.pool.note_rooms("a", "", {{"five_hours", 0.05, kNow + kHour, true}}, kNow);
  CHECK(fixture.chosen(kNow) == "-");
  CHECK(fixture.chosen(kNow + kHour) == "a");
  INFO("a fraction that is not told is not zero");
  fixture.pool.note_rooms("a", "", {{"five_hours", std::nullopt, kNow + 9 * kHour, true}}, kNow);
  CHECK(fixture.chosen(kNow + kHour) == "a");
}

TEST_CASE("accounts that are taken away are used no more, and calls under way end well",
          "[account][pool]") {
  PoolFixture fixture(2);
  Choice under_way = fixture.choose(PoolFixture::ask("s"));
  fixture.pool.set_accounts({fixture.accounts[1]});
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "b");
  fixture.pool.report(under_way.lease, served(), kNow);
  CHECK(fixture.pool.size() == 1);
}

TEST_CASE("limits are known after a restart", "[account][pool]") {
  RememberingMemory memory;
  {
    PoolFixture before(2, {}, &memory);
    before.limit("a", kMinute);
  }
  PoolFixture after(2, {}, &memory);
  CHECK(after.chosen(kNow + 1) == "b");
  CHECK(after.chosen(kNow + 2) == "b");
}

TEST_CASE("an account with new secrets starts without limits", "[account][pool]") {
  PoolFixture fixture(1);
  fixture.limit("a", kHour);
  AccountFacts facts;
  facts.id = "a";
  fixture.pool.set_accounts({std::make_shared<Account>(
      facts, Account::Secrets{{"api_key", abv::Secret("another key")}})});
  CHECK(fixture.chosen(kNow) == "a");
}

TEST_CASE("a reload that changes nothing keeps limits and sessions", "[account][pool]") {
  PoolFixture fixture(2);
  CHECK(fixture.chosen(PoolFixture::ask("s")) == "a");
  fixture.limit("b", kHour);
  fixture.pool.set_accounts(fixture.accounts);
  CHECK(fixture.chosen(PoolFixture::ask("s"), kNow + 1) == "a");
  CHECK(fixture.chosen(kNow + 2) == "a");
}

TEST_CASE("nobody waits for a guess: without another account the one that is limited by it is used",
          "[account][pool]") {
  PoolFixture fixture(2);
  fixture.limit("a", std::nullopt);
  CHECK(fixture.chosen(kNow + 1) == "b");
  CHECK(fixture.chosen(kNow + 2) == "b");
  fixture.limit("b", kMinute, kNow + 3);
  CHECK(fixture.chosen(kNow + 4) == "a");
}

TEST_CASE("limits can be forgotten by hand", "[account][pool]") {
  PoolFixture fixture(1);
  fixture.limit("a", kHour);
  CHECK(fixture.pool.clear_limits("a"));
  CHECK(fixture.chosen(kNow) == "a");
  CHECK_FALSE(fixture.pool.clear_limits(""));
}

TEST_CASE("whoever stands in line goes before whoever comes later", "[account][pool]") {
  PoolFixture fixture(0);
  fixture.pool.set_accounts({make_account("a", {.most_calls = 1})});
  Choice holds = fixture.choose(PoolFixture::ask());
  Ask first = PoolFixture::ask();
  first.ticket = fixture.pool.wait_in_line("m", 1000);
  holds.lease = Lease();
  CHECK(fixture.chosen(PoolFixture::ask()) == "-");
  CHECK(fixture.chosen(first) == "a");
  fixture.pool.leave_line(first.ticket);
  CHECK(fixture.chosen(PoolFixture::ask()) == "a");
}

TEST_CASE("nobody stands behind a larger request", "[account][pool]") {
  PoolFixture fixture(1);
  const std::uint64_t ticket = fixture.pool.wait_in_line("m", 5'000'000);
  CHECK(fixture.chosen(PoolFixture::ask("", 1000)) == "a");
  CHECK(fixture.chosen(PoolFixture::ask("", 6'000'000)) == "-");
  fixture.pool.leave_line(ticket);
}

TEST_CASE("a credential that cannot be refreshed is passed over for a while", "[account][pool]") {
  PoolFixture fixture(1);
  fixture.pool.set_stale("a", "the token endpoint does not answer", kNow + kMinute);
  CHECK(fixture.chosen(kNow) == "-");
  CHECK(fixture.chosen(kNow + kMinute) == "a");
}
