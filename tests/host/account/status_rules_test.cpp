#include "host/account/status_rules.hpp"

#include <string>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

using plugin::Action;
using plugin::Scope;
using plugin::Verdict;

// "rotate account cool 60s tell 90s": the verdict on one line, with "-" for what is unknown.
std::string line(const Verdict& verdict) {
  constexpr const char* kActions[] = {"", "pass", "retry", "rotate", "refresh", "dead"};
  constexpr const char* kScopes[] = {"", "request", "model", "account", "provider"};
  const auto time = [](std::int64_t ms) {
    return ms < 0 ? std::string("-") : std::to_string(ms / 1000) + "s";
  };
  return std::string(kActions[static_cast<int>(verdict.action)]) + " " +
         kScopes[static_cast<int>(verdict.scope)] + " cool " + time(verdict.cool_down_ms) +
         " tell " + time(verdict.retry_after_ms);
}

std::string verdict(int status, std::initializer_list<net::Header> headers, std::string_view body,
                    std::uint32_t attempt = 1, std::vector<Rule> own = {}) {
  const Evidence evidence = read(status, headers, body);
  return line(decide(rules_with(std::move(own)), {evidence, body, attempt}, {}));
}

std::string coded(int status, const std::string& code, std::uint32_t attempt = 1) {
  return verdict(status, {}, R"({"error":{"code":")" + code + R"(","message":"no"}})", attempt);
}

Rule rule(Action action) {
  Rule made;
  made.action = action;
  return made;
}

}  // namespace

TEST_CASE("each status has an action", "[rules]") {
  CHECK(verdict(400, {}, "") == "pass request cool 0s tell -");
  CHECK(verdict(401, {}, "") == "refresh account cool - tell -");
  CHECK(verdict(402, {}, "") == "rotate account cool - tell -");
  CHECK(verdict(403, {}, "") == "rotate model cool - tell -");
  CHECK(verdict(404, {}, "") == "pass request cool 0s tell -");
  CHECK(verdict(404, {}, R"({"error":{"message":"model x not found"}})") ==
        "rotate model cool - tell -");
  CHECK(verdict(408, {}, "") == "retry request cool 0s tell -");
  CHECK(verdict(409, {}, "") == "retry request cool 0s tell -");
  CHECK(verdict(413, {}, "") == "pass request cool 0s tell -");
  CHECK(verdict(422, {}, "") == "pass request cool 0s tell -");
  CHECK(verdict(429, {{"retry-after", "90"}}, "") == "rotate model cool 90s tell 90s");
  CHECK(verdict(500, {}, "") == "retry model cool 0s tell -");
  CHECK(verdict(502, {}, "") == "retry model cool 0s tell -");
  CHECK(verdict(503, {{"retry-after", "5"}}, "") == "retry model cool 5s tell 5s");
  CHECK(verdict(504, {}, "") == "retry model cool 0s tell -");
  CHECK(verdict(529, {}, "") == "retry provider cool - tell -");
}

TEST_CASE("what the answer is about weighs more than its status", "[rules]") {
  CHECK(coded(429, "insufficient_quota") == "rotate account cool - tell -");
  CHECK(coded(429, "usage_limit_reached") == "rotate account cool - tell -");
  CHECK(coded(429, "overloaded_error") == "retry model cool - tell -");
  CHECK(coded(429, "context_length_exceeded") == "rotate request cool 0s tell -");
  CHECK(coded(400, "context_length_exceeded") == "pass request cool 0s tell -");
  CHECK(coded(403, "VALIDATION_REQUIRED") == "rotate account cool 600s tell -");
  CHECK(coded(400, "API_KEY_INVALID") == "dead account cool - tell -");
  CHECK(coded(403, "account_deactivated") == "dead account cool - tell -");
  CHECK(coded(401, "invalid_api_key") == "refresh account cool - tell -");
  CHECK(coded(429, "1313") == "rotate account cool - tell -");
  CHECK(coded(429, "1311") == "rotate model cool - tell -");
}

TEST_CASE("a retry ends, with another account where that can help", "[rules]") {
  CHECK(verdict(500, {}, "", 2) == "rotate model cool 0s tell -");
  CHECK(verdict(503, {}, "", 2) == "retry model cool - tell -");
  CHECK(verdict(503, {}, "", 3) == "rotate model cool - tell -");
  CHECK(verdict(529, {}, "", 2) == "retry provider cool - tell -");
  CHECK(verdict(529, {}, "", 3) == "pass provider cool - tell -");
  CHECK(verdict(409, {}, "", 2) == "pass request cool 0s tell -");
}

TEST_CASE("a cool-down stays within its bounds, what the client is told does not", "[rules]") {
  CHECK(verdict(429, {{"retry-after", "1587827"}}, "") == "rotate model cool 1800s tell 1587827s");
  CHECK(verdict(429, {{"retry-after", "0"}}, "") == "rotate model cool 2s tell 0s");

  const Evidence evidence = read(429, {{"retry-after", "90"}});
  const CoolDownBounds narrow{std::chrono::seconds(10), std::chrono::seconds(20)};
  CHECK(line(decide(built_in_rules(), {evidence, ""}, narrow)) == "rotate model cool 20s tell 90s");
}

TEST_CASE("the operator's rules are asked first, in order", "[rules]") {
  Rule first = rule(Action::kRotate);
  first.statuses = {{429, 429}};
  first.contains = "come back tomorrow";
  first.scope = Scope::kAccount;
  first.cool_down = std::chrono::hours(12);
  Rule second = rule(Action::kPass);
  second.statuses = {{429, 429}, {500, 599}};
  second.scope = Scope::kRequest;

  CHECK(verdict(429, {}, "Please COME back tomorrow.", 1, {first, second}) ==
        "rotate account cool 43200s tell -");
  CHECK(verdict(429, {}, "other", 1, {first, second}) == "pass request cool 0s tell -");
  CHECK(verdict(503, {}, "other", 1, {first, second}) == "pass request cool 0s tell -");
  CHECK(verdict(401, {}, "other", 1, {first, second}) == "refresh account cool - tell -");
}

TEST_CASE("a rule's own cool-down is not bounded", "[rules]") {
  Rule day = rule(Action::kRotate);
  day.scope = Scope::kAccount;
  day.cool_down = std::chrono::hours(24);
  Rule none = day;
  none.cool_down = Millis(0);

  CHECK(verdict(429, {{"retry-after", "5"}}, "", 1, {day}) == "rotate account cool 86400s tell 5s");
  CHECK(verdict(429, {{"retry-after", "5"}}, "", 1, {none}) == "rotate account cool 0s tell 5s");
}

TEST_CASE("a rule may ask for a kind", "[rules]") {
  Rule quota = rule(Action::kPass);
  quota.kind = Kind::kQuota;

  CHECK(verdict(429, {}, R"({"error":{"code":"usage_limit_reached"}})", 1, {quota}) ==
        "pass account cool - tell -");
  CHECK(verdict(429, {}, "", 1, {quota}) == "rotate model cool - tell -");
}

TEST_CASE("text in a rule is found anywhere, case aside, with * and ?", "[rules]") {
  const auto fits = [](const std::string& wanted, std::string_view body) {
    Rule dead = rule(Action::kDead);
    dead.contains = wanted;
    const Evidence evidence = read(400, {}, body);
    return find_rule(std::vector<Rule>{dead}, {evidence, body}) != nullptr;
  };

  CHECK(fits("suspended", "Your account was Suspended."));
  CHECK(fits("limit for * reached", "the limit for gpt-4 was reached"));
  CHECK(fits("limit for * reached", "the Limit for a b reached again"));
  CHECK(fits("key ?? bad", "key 42 bad"));
  CHECK_FALSE(fits("key ?? bad", "key 421 bad"));
  CHECK_FALSE(fits("limit for * reached", "limit for gpt-4"));
  CHECK_FALSE(fits("suspended", "suspend"));
  CHECK_FALSE(fits("suspended", ""));
}

TEST_CASE("without a rule that fits, the verdict is the one that was given", "[rules]") {
  const Verdict given{Action::kRotate, Scope::kProvider, 5'000, 6'000};
  const Evidence good = read(200, {{"retry-after", "9"}});
  const Evidence bad = read(400, {});

  CHECK(line(decide(built_in_rules(), {good, ""}, {}, given)) == "rotate provider cool 5s tell 6s");
  CHECK(line(decide({}, {bad, ""}, {}, given)) == "rotate provider cool 5s tell 6s");
}

TEST_CASE("the host's own rules fit every failure", "[rules]") {
  const int status = GENERATE(range(400, 600));
  const Evidence evidence = read(status, {});

  CHECK(find_rule(built_in_rules(), {evidence, ""}) != nullptr);
}

TEST_CASE("actions and scopes are known by their names", "[rules]") {
  CHECK(action_from("dead") == Action::kDead);
  CHECK(scope_from("provider") == Scope::kProvider);
  CHECK_FALSE(action_from("").has_value());
  CHECK_FALSE(scope_from("all").has_value());
}

}  // namespace abv::account
