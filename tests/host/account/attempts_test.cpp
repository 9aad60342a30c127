#include "host/account/attempts.hpp"

#include "tests/host/account/pool_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace abv::account;
using namespace abv::test;
using abv::plugin::Action;
using abv::plugin::Scope;
using Kind = Attempts::Next::Kind;
using After = Attempts::After;

namespace {

Answered refused(Action action, Scope scope, std::int64_t cool_down_ms, std::uint64_t words = 1) {
  Answered answered;
  answered.verdict.action = action;
  answered.verdict.scope = scope;
  answered.verdict.cool_down_ms = cool_down_ms;
  answered.fingerprint = words;
  answered.says_when = cool_down_ms > 0;
  answered.proof.status = 429;
  return answered;
}

Answered served() {
  Answered answered;
  answered.is_served = true;
  return answered;
}

struct Tries : PoolFixture {
  explicit Tries(std::size_t count, Patience patience = {}, std::uint64_t size = 1000)
      : PoolFixture(count), attempts(pool, ask("", size), patience, kNow) {}

  // The account that is sent with, "wait" or "give up".
  std::string next(std::int64_t now = kNow) {
    last = attempts.next(now);
    switch (last.kind) {
      case Kind::kSend:
        return attempts.account()->id();
      case Kind::kWait:
        return "wait";
      case Kind::kGiveUp:
        break;
    }
    return "give up";
  }

  Attempts attempts;
  Attempts::Next last;
};

}  // namespace

TEST_CASE("a refused call goes to another account at once", "[account][attempts]") {
  Tries tries(2);
  CHECK(tries.next() == "a");
  CHECK(tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kMinute), kNow) ==
        After::kAgain);
  CHECK(tries.next() == "b");
  CHECK(tries.attempts.judge(served(), kNow) == After::kAnswer);
}

TEST_CASE("an account under way counts as busy until the call is over", "[account][attempts]") {
  PoolFixture fixture(1);
  {
    Attempts attempts(fixture.pool, PoolFixture::ask(), {}, kNow);
    CHECK(attempts.next(kNow).kind == Kind::kSend);
    CHECK(attempts.judge(served(), kNow) == After::kAnswer);
    CHECK(fixture.pool.calls() == 1);
  }
  CHECK(fixture.pool.calls() == 0);
}

TEST_CASE("when all have refused and none will be free in time the call gives up at once",
          "[account][attempts]") {
  Tries tries(2);
  tries.next();
  tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kHour), kNow);
  tries.next();
  tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kHour), kNow);
  CHECK(tries.next() == "give up");
}

TEST_CASE("a call that finds all accounts cooling for a moment waits for the first",
          "[account][attempts]") {
  Tries tries(2);
  tries.limit("a", kMinute);
  tries.limit("b", 10 * kSecond);
  CHECK(tries.next() == "wait");
  CHECK(tries.last.until_ms == kNow + 10 * kSecond);
  CHECK(tries.next(kNow + 10 * kSecond) == "b");
}

TEST_CASE("nobody waits for what lies beyond their patience", "[account][attempts]") {
  Tries tries(1, Patience{.queue_ms = 30 * kSecond});
  tries.limit("a", 31 * kSecond);
  CHECK(tries.next() == "give up");
  CHECK(tries.last.until_ms == kNow + 31 * kSecond);
  REQUIRE(tries.last.proof);
}

TEST_CASE("a fault of the server is tried with another account first, then again after a pause",
          "[account][attempts]") {
  Tries tries(2);
  CHECK(tries.next() == "a");
  tries.attempts.judge(refused(Action::kRetry, Scope::kRequest, 0, 0), kNow);
  CHECK(tries.next() == "b");
  tries.attempts.judge(refused(Action::kRetry, Scope::kRequest, 0, 0), kNow);
  CHECK(tries.next() == "wait");
  CHECK(tries.last.until_ms == kNow + kSecond);
  CHECK(tries.next(kNow + kSecond) != "give up");
}

TEST_CASE("the same refusal by two accounts, without a word on when, is the request's own making",
          "[account][attempts]") {
  Tries tries(3, {}, 1'000'000);
  tries.next();
  CHECK(tries.attempts.judge(refused(Action::kRotate, Scope::kModel, -1, 7), kNow) ==
        After::kAgain);
  tries.next();
  CHECK(tries.attempts.judge(refused(Action::kRotate, Scope::kModel, -1, 7), kNow) ==
        After::kAnswer);
  INFO("one request does not cool the pool: others go on, and only large ones are held back");
  CHECK(tries.pool.choose(PoolFixture::ask("", 1000), {"b", "c"}, kNow).lease);
  CHECK(tries.pool.choose(PoolFixture::ask("", 1000), {"a", "c"}, kNow).lease);
  const Choice large = tries.pool.choose(PoolFixture::ask("", 1'000'000), {}, kNow);
  CHECK(large.lease.account().id() == "c");
  CHECK(large.explanation.counts[static_cast<std::size_t>(Why::kLimited)] == 2);
}

TEST_CASE("two accounts that say when they are free again are limited, both of them",
          "[account][attempts]") {
  Tries tries(3);
  tries.next();
  tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kMinute, 7), kNow);
  tries.next();
  CHECK(tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kMinute, 7), kNow) ==
        After::kAgain);
  CHECK(tries.next() == "c");
}

TEST_CASE("refusals in different words are not the same refusal", "[account][attempts]") {
  Tries tries(3);
  tries.next();
  tries.attempts.judge(refused(Action::kRotate, Scope::kModel, -1, 7), kNow);
  tries.next();
  CHECK(tries.attempts.judge(refused(Action::kRotate, Scope::kModel, -1, 8), kNow) ==
        After::kAgain);
}

TEST_CASE("an answer that is the request's own fault is passed on and charged to nobody",
          "[account][attempts]") {
  Tries tries(2);
  tries.next();
  CHECK(tries.attempts.judge(refused(Action::kPass, Scope::kRequest, 0), kNow) == After::kAnswer);
  CHECK(tries.pool.states()[0].limits.empty());
}

TEST_CASE("a call ends its tries by number and by time", "[account][attempts]") {
  SECTION("number") {
    Tries tries(5, Patience{.most_tries = 2});
    tries.next();
    tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kMinute), kNow);
    tries.next();
    tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kMinute), kNow);
    CHECK(tries.next() == "give up");
  }
  SECTION("time") {
    Tries tries(5, Patience{.total_ms = 10 * kSecond});
    tries.next();
    tries.attempts.judge(refused(Action::kRotate, Scope::kModel, kMinute), kNow);
    CHECK(tries.next(kNow + 10 * kSecond) == "give up");
  }
}

namespace {

struct WithTokens {
  explicit WithTokens(std::int64_t expires_at_ms) : pool("p", {}, nullptr, nullptr) {
    pool.set_accounts({with_token("old", expires_at_ms), make_account("spare")});
  }
  static std::shared_ptr<Account> with_token(const char* token, std::int64_t expires_at_ms) {
    return std::make_shared<Account>(
        AccountFacts{.id = "a", .kind = "oauth", .priority = 1, .expires_at_ms = expires_at_ms},
        Account::Secrets{{"access_token", abv::Secret(token)},
                         {"refresh_token", abv::Secret("r")}});
  }

  Pool pool;
};

}  // namespace

TEST_CASE("a token that is about to expire is refreshed before it is used", "[account][attempts]") {
  WithTokens fixture(kNow + 30 * kSecond);
  Attempts attempts(fixture.pool, PoolFixture::ask(), {}, kNow);
  const auto next = attempts.next(kNow);
  CHECK(next.kind == Kind::kSend);
  CHECK(next.needs_refresh);
  attempts.refreshed(WithTokens::with_token("new", kNow + kHour));
  CHECK(attempts.account()->find("access_token")->reveal() == "new");
}

TEST_CASE("an account with nothing but a refresh token is refreshed before it is used",
          "[account][attempts]") {
  Pool pool("p", {}, nullptr, nullptr);
  pool.set_accounts(
      {std::make_shared<Account>(AccountFacts{.id = "a", .kind = "oauth"},
                                 Account::Secrets{{"refresh_token", abv::Secret("r")}})});
  Attempts attempts(pool, PoolFixture::ask(), {}, kNow);
  CHECK(attempts.next(kNow).needs_refresh);
}

TEST_CASE("a refused token is refreshed once, and the same account tried again",
          "[account][attempts]") {
  WithTokens fixture(kNow + kHour);
  Attempts attempts(fixture.pool, PoolFixture::ask(), {}, kNow);
  CHECK_FALSE(attempts.next(kNow).needs_refresh);
  CHECK(attempts.judge(refused(Action::kRefresh, Scope::kAccount, 0), kNow) == After::kAgain);
  const auto again = attempts.next(kNow);
  CHECK(again.needs_refresh);
  CHECK(attempts.account()->id() == "a");
  INFO("refused once more, it is left for another");
  CHECK(attempts.judge(refused(Action::kRefresh, Scope::kAccount, 0), kNow) == After::kAgain);
  attempts.next(kNow);
  CHECK(attempts.account()->id() == "spare");
  CHECK(fixture.pool.states()[0].limits.size() == 1);
}

TEST_CASE("an account that could not be refreshed is left for another", "[account][attempts]") {
  WithTokens fixture(kNow);
  Attempts attempts(fixture.pool, PoolFixture::ask(), {}, kNow);
  CHECK(attempts.next(kNow).needs_refresh);
  attempts.could_not_refresh();
  attempts.next(kNow);
  CHECK(attempts.account()->id() == "spare");
}
