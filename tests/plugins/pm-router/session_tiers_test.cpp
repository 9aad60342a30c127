#include "session_tiers.hpp"

#include "tests/support/catch.hpp"

using pm_router::SessionTiers;
using pm_router::Sticky;
using pm_router::Tier;

namespace {

const pm_router::Verdict kLite{Tier::kLite, "easy"};
const pm_router::Verdict kPro{Tier::kPro, "hard"};

}  // namespace

TEST_CASE("a session goes up and never down", "[pm-router]") {
  SessionTiers tiers(Sticky::kUpgrade, 100, 10);

  CHECK(tiers.settle("s", kLite, 0).tier == Tier::kLite);
  CHECK(tiers.settle("s", kPro, 1).tier == Tier::kPro);
  CHECK(tiers.settle("s", kLite, 2).tier == Tier::kPro);
  CHECK(tiers.settle("s", kLite, 2).reason == "the session is there already");
  CHECK(tiers.settle("other", kLite, 2).tier == Tier::kLite);
}

TEST_CASE("a session may keep what it began with", "[pm-router]") {
  SessionTiers tiers(Sticky::kAlways, 100, 10);

  CHECK(tiers.settle("s", kLite, 0).tier == Tier::kLite);
  CHECK(tiers.settle("s", kPro, 1).tier == Tier::kLite);
}

TEST_CASE("a session that was silent for too long begins anew", "[pm-router]") {
  SessionTiers tiers(Sticky::kUpgrade, 100, 10);

  CHECK(tiers.settle("s", kPro, 0).tier == Tier::kPro);
  CHECK(tiers.settle("s", kLite, 100).tier == Tier::kPro);
  CHECK(tiers.settle("s", kLite, 201).tier == Tier::kLite);
}

TEST_CASE("nothing is remembered without a session, nor when that is switched off", "[pm-router]") {
  SessionTiers never(Sticky::kNever, 100, 10);
  SessionTiers always(Sticky::kAlways, 100, 10);

  CHECK(never.settle("s", kPro, 0).tier == Tier::kPro);
  CHECK(never.settle("s", kLite, 0).tier == Tier::kLite);
  CHECK(never.size() == 0);
  CHECK(always.settle("", kPro, 0).tier == Tier::kPro);
  CHECK(always.settle("", kLite, 0).tier == Tier::kLite);
  CHECK(always.size() == 0);
}

TEST_CASE("the session that was silent for longest is forgotten first", "[pm-router]") {
  SessionTiers tiers(Sticky::kUpgrade, 1000, 2);

  (void)tiers.settle("a", kPro, 0);
  (void)tiers.settle("b", kPro, 1);
  (void)tiers.settle("a", kPro, 2);
  (void)tiers.settle("c", kPro, 3);

  CHECK(tiers.size() == 2);
  CHECK(tiers.settle("a", kLite, 4).tier == Tier::kPro);
  CHECK(tiers.settle("b", kLite, 5).tier == Tier::kLite);
}
