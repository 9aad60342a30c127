#include "host/account/sessions.hpp"

#include "host/account/model_family.hpp"
#include "tests/host/account/pool_fixture.hpp"
#include "tests/support/catch.hpp"

using abv::account::model_family;
using abv::account::Sessions;
using namespace abv::test;

TEST_CASE("a session is forgotten when it was not used for its lifetime", "[account][sessions]") {
  Sessions sessions({kHour, 10}, nullptr);
  sessions.bind("s", "a", kNow);
  CHECK(sessions.find("s", kNow + kHour) == "a");
  CHECK(sessions.find("s", kNow + 2 * kHour) == "a");
  CHECK_FALSE(sessions.find("s", kNow + 3 * kHour + 1));
}

TEST_CASE("the session that was used the longest ago makes room", "[account][sessions]") {
  Sessions sessions({kHour, 2}, nullptr);
  sessions.bind("s", "a", kNow);
  sessions.bind("t", "a", kNow + 1);
  CHECK(sessions.find("s", kNow + 2));
  sessions.bind("u", "a", kNow + 3);
  CHECK(sessions.find("s", kNow + 4));
  CHECK_FALSE(sessions.find("t", kNow + 4));
}

TEST_CASE("a session that moves has one account", "[account][sessions]") {
  Sessions sessions({kHour, 10}, nullptr);
  sessions.bind("s", "a", kNow);
  sessions.bind("s", "b", kNow);
  CHECK(sessions.find("s", kNow) == "b");
  CHECK(sessions.list(kNow).size() == 1);
}

TEST_CASE("the sessions of an account can be released", "[account][sessions]") {
  Sessions sessions({kHour, 10}, nullptr);
  sessions.bind("s", "a", kNow);
  sessions.bind("t", "b", kNow);
  CHECK(sessions.release("a") == 1);
  CHECK_FALSE(sessions.find("s", kNow));
  CHECK(sessions.release("") == 1);
}

TEST_CASE("a date or -latest at the end of a model's name makes no other family",
          "[account][family]") {
  CHECK(model_family("claude-sonnet-4-5-20250929", {}) == "claude-sonnet-4-5");
  CHECK(model_family("gpt-4o-2024-08-06", {}) == "gpt-4o");
  CHECK(model_family("claude-3-5-haiku-latest", {}) == "claude-3-5-haiku");
  CHECK(model_family("gemini-2.5-pro", {}) == "gemini-2.5-pro");
  CHECK(model_family("20250929", {}) == "20250929");
}

TEST_CASE("the first family rule that matches counts", "[account][family]") {
  CHECK(model_family("claude-opus-4-1", {{"claude-opus-*", "opus"}, {"*", "rest"}}) == "opus");
  CHECK(model_family("x", {{"claude-opus-*", "opus"}, {"*", "rest"}}) == "rest");
}
