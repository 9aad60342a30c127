#include "host/account/limits.hpp"
#include "tests/host/account/pool_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace abv::account;
using abv::test::kHour;
using abv::test::kMinute;
using abv::test::kNow;
using abv::test::kSecond;

namespace {

constexpr Terms kTerms{2 * kSecond, 30 * kMinute};

NewLimit refusal(std::optional<std::int64_t> wait_ms = std::nullopt) {
  return {"m", "", 0, wait_ms, {429, "header retry-after", "7", "slow down", kNow}};
}

Standing::Kind kind(const Limits& limits, std::int64_t now, std::string_view family = "m") {
  return limits.standing(family, 1000, now).kind;
}

}  // namespace

TEST_CASE("an account without limits is free", "[account][limits]") {
  CHECK(kind(Limits(), kNow) == Standing::Kind::kFree);
}

TEST_CASE("a limit holds for the time that the evidence says, and is then on trial",
          "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(7 * kSecond), kTerms, kNow);
  CHECK(kind(limits, kNow + 7 * kSecond - 1) == Standing::Kind::kBlocked);
  CHECK(kind(limits, kNow + 7 * kSecond) == Standing::Kind::kHalfOpen);
}

TEST_CASE("a limit holds for its model family only", "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(kMinute), kTerms, kNow);
  CHECK(kind(limits, kNow, "m") == Standing::Kind::kBlocked);
  CHECK(kind(limits, kNow, "other") == Standing::Kind::kFree);
}

TEST_CASE("a limit of the whole account holds for every model", "[account][limits]") {
  Limits limits;
  NewLimit all = refusal(kMinute);
  all.family.clear();
  limits.refuse(all, kTerms, kNow);
  CHECK(kind(limits, kNow, "other") == Standing::Kind::kBlocked);
}

TEST_CASE("156 hours of cool-down are tried again by the ceiling", "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(156 * kHour), kTerms, kNow);
  CHECK(limits.list().front().ends_ms == kNow + 156 * kHour);
  CHECK(kind(limits, kNow + 30 * kMinute - 1) == Standing::Kind::kBlocked);
  CHECK(kind(limits, kNow + 30 * kMinute) == Standing::Kind::kHalfOpen);
}

TEST_CASE("a Retry-After of 18 days does not run over", "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(std::numeric_limits<std::int64_t>::max()), kTerms, kNow);
  CHECK(limits.list().front().retry_ms == kNow + 30 * kMinute);
}

TEST_CASE("a wait below the floor is the floor", "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(6), kTerms, kNow);
  CHECK(kind(limits, kNow + 2 * kSecond - 1) == Standing::Kind::kBlocked);
  CHECK(kind(limits, kNow + 2 * kSecond) == Standing::Kind::kHalfOpen);
}

TEST_CASE("without a word on the time the rest doubles with each refusal up to the ceiling",
          "[account][limits]") {
  Limits limits;
  std::int64_t now = kNow;
  std::vector<std::int64_t> rests;
  for (int i = 0; i < 12; ++i) {
    limits.refuse(refusal(), kTerms, now);
    rests.push_back(limits.list().front().retry_ms - now);
    now = limits.list().front().retry_ms;
    limits.begin_probe("m", 1000, now);
  }
  CHECK(rests[0] == 2 * kSecond);
  CHECK(rests[1] == 4 * kSecond);
  CHECK(rests[2] == 8 * kSecond);
  CHECK(rests[11] == 30 * kMinute);
}

TEST_CASE("answers to requests that were under way already are no further strike",
          "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(), kTerms, kNow);
  limits.refuse(refusal(), kTerms, kNow + 100);
  limits.refuse(refusal(), kTerms, kNow + 200);
  CHECK(limits.list().size() == 1);
  CHECK(limits.list().front().strikes == 1);
  CHECK(limits.list().front().retry_ms == kNow + 2 * kSecond);
}

TEST_CASE("a Retry-After that proved too short is not believed again", "[account][limits]") {
  Limits limits;
  std::int64_t now = kNow;
  for (int i = 0; i < 5; ++i) {
    limits.refuse(refusal(kSecond), kTerms, now);
    now = limits.list().front().retry_ms;
  }
  CHECK(now - limits.list().front().since_ms == 32 * kSecond);
}

TEST_CASE("an account that is tried early is back at the time that it gave", "[account][limits]") {
  Limits limits;
  std::int64_t now = kNow;
  const std::int64_t reset = kNow + 5 * kHour;
  while (now < reset) {
    limits.refuse(refusal(reset - now), kTerms, now);
    now = limits.list().front().retry_ms;
  }
  CHECK(now == reset);
}

TEST_CASE("one request at a time tries a limit that has run out", "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(), kTerms, kNow);
  const std::int64_t later = kNow + kMinute;
  limits.begin_probe("m", 1000, later);
  CHECK(kind(limits, later) == Standing::Kind::kBlocked);
  limits.end_probe("m", 1000);
  CHECK(kind(limits, later) == Standing::Kind::kHalfOpen);
  limits.begin_probe("m", 1000, later);
  CHECK(limits.disprove("m", 1000, later));
  CHECK(kind(limits, later) == Standing::Kind::kFree);
}

TEST_CASE("a request that was sent before the limit was set disproves nothing",
          "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(kMinute), kTerms, kNow);
  CHECK_FALSE(limits.disprove("m", 1000, kNow - 1));
  CHECK_FALSE(limits.disprove("other", 1000, kNow + 1));
  CHECK(limits.disprove("m", 1000, kNow + 1));
}

TEST_CASE("what is blocked by guesses alone is told apart", "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(), kTerms, kNow);
  CHECK(limits.standing("m", 1000, kNow).is_guess);
  NewLimit sure = refusal(kMinute);
  sure.window = "minute";
  limits.refuse(sure, kTerms, kNow);
  CHECK_FALSE(limits.standing("m", 1000, kNow).is_guess);
}

TEST_CASE("a limit on large requests lets small ones pass", "[account][limits]") {
  Limits limits;
  NewLimit large = refusal(kMinute);
  large.least_size = 500'000;
  limits.refuse(large, kTerms, kNow);
  CHECK(limits.standing("m", 500'000, kNow).kind == Standing::Kind::kBlocked);
  CHECK(limits.standing("m", 499'999, kNow).kind == Standing::Kind::kFree);
}

TEST_CASE("a refusal that is taken back leaves what stood there before", "[account][limits]") {
  Limits limits;
  SECTION("nothing") {
    const auto before = limits.refuse(refusal(kMinute), kTerms, kNow);
    limits.withdraw(refusal(), before);
    CHECK(limits.list().empty());
  }
  SECTION("an older limit") {
    limits.refuse(refusal(3 * kSecond), kTerms, kNow);
    const auto before = limits.refuse(refusal(kMinute), kTerms, kNow + 4 * kSecond);
    limits.withdraw(refusal(), before);
    CHECK(limits.list().front().retry_ms == kNow + 3 * kSecond);
    CHECK(limits.list().front().strikes == 1);
  }
}

TEST_CASE("news of room in a window end its limit, but not one that is younger than the news",
          "[account][limits]") {
  Limits limits;
  NewLimit week = refusal(100 * kHour);
  week.window = "week";
  limits.refuse(week, kTerms, kNow);
  CHECK_FALSE(limits.relieve("m", "week", kNow - 1));
  CHECK_FALSE(limits.relieve("m", "five_hours", kNow + 1));
  CHECK_FALSE(limits.relieve("other", "week", kNow + 1));
  CHECK(limits.relieve("m", "week", kNow + 1));
  CHECK(limits.list().empty());
}

TEST_CASE("limits come back from disk with their evidence, and nobody is trying them",
          "[account][limits]") {
  Limits limits;
  limits.refuse(refusal(7 * kSecond), kTerms, kNow);
  limits.begin_probe("m", 1000, kNow + kMinute);
  const auto read = Limits::from_json(limits.to_json());
  REQUIRE(read);
  REQUIRE(read->list().size() == 1);
  const Limit& limit = read->list().front();
  CHECK(limit.family == "m");
  CHECK(limit.retry_ms == kNow + 7 * kSecond);
  CHECK(limit.strikes == 1);
  CHECK_FALSE(limit.is_probing);
  CHECK(limit.proof.status == 429);
  CHECK(limit.proof.source == "header retry-after");
  CHECK(limit.proof.raw == "7");
  CHECK(limit.proof.message == "slow down");
}

TEST_CASE("stored limits that are no JSON are an error", "[account][limits]") {
  CHECK_FALSE(Limits::from_json("{").ok());
}
