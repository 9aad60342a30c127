// Which statement is waited for, whoever made it.

#include <optional>
#include <string>
#include <utility>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

Statement statement(Basis basis, std::optional<std::int64_t> delay, std::string source,
                    Window window = Window::kUnknown, bool is_exhausted = false,
                    Reach reach = Reach::kAccount) {
  Statement made;
  made.basis = basis;
  made.window = window;
  made.reach = reach;
  made.is_exhausted = is_exhausted;
  made.resets_at_unix_ms = delay ? std::optional(kNow + *delay) : std::nullopt;
  made.source = std::move(source);
  return made;
}

Evidence refusal(std::vector<Statement> statements, Kind kind = Kind::kRate) {
  Evidence evidence;
  evidence.status = 429;
  evidence.read_at_unix_ms = kNow;
  evidence.kind = kind;
  evidence.statements = std::move(statements);
  return evidence;
}

const Statement kHeader = statement(Basis::kHeaderAsk, 7'000, "header retry-after");
const Statement kBody = statement(Basis::kBodyAsk, 17'000, "body");
const Statement kText = statement(Basis::kText, 3'000, "text");
const Statement kFull = statement(Basis::kWindow, kMinute, "minute", Window::kMinute, true);
const Statement kOpen = statement(Basis::kWindow, kHour, "hour", Window::kHour, false);
const Statement kDay = statement(Basis::kWindow, 9 * kHour, "day", Window::kDay, true);
const Statement kOpenEnd = statement(Basis::kWindow, std::nullopt, "week", Window::kWeek, true);

}  // namespace

TEST_CASE("a header is asked before the body, limits before words", "[wait]") {
  CHECK(waits_for(refusal({kText, kFull, kBody, kHeader})) == "header retry-after");
  CHECK(waits_for(refusal({kText, kFull, kBody})) == "body");
  CHECK(waits_for(refusal({kText, kFull})) == "minute");
  CHECK(waits_for(refusal({kText})) == "text");
  CHECK(waits_for(refusal({})).empty());
}

TEST_CASE("of several fields in a body the latest counts", "[wait]") {
  const Statement later = statement(Basis::kBodyAsk, 18'000, "later");

  CHECK(waits_for(refusal({kBody, later})) == "later");
  CHECK(waits_for(refusal({later, kBody})) == "later");
}

TEST_CASE("limits that have something left are not waited for", "[wait]") {
  CHECK(waits_for(refusal({kOpen})).empty());
  CHECK(waits_for(refusal({kOpen, kFull})) == "minute");
}

TEST_CASE("a long window that is used up outlasts what was asked for", "[wait]") {
  CHECK(waits_for(refusal({kHeader, kDay})) == "day");
  CHECK(waits_for(refusal({kBody, kDay})) == "day");
  CHECK(waits_for(refusal({kHeader, kFull})) == "header retry-after");
}

TEST_CASE("a long window without an end makes all but a header worthless", "[wait]") {
  CHECK(waits_for(refusal({kOpenEnd, kBody, kText, kFull})).empty());
  CHECK(waits_for(refusal({kOpenEnd, kHeader})) == "header retry-after");
  CHECK(waits_for(refusal({kOpenEnd, kDay})) == "day");
}

TEST_CASE("the limit of something else is never waited for", "[wait]") {
  const Statement other =
      statement(Basis::kWindow, 9 * kHour, "other", Window::kWeek, true, Reach::kNamed);
  const Statement other_end =
      statement(Basis::kWindow, std::nullopt, "other", Window::kWeek, true, Reach::kNamed);

  CHECK(waits_for(refusal({other})).empty());
  CHECK(waits_for(refusal({other, kFull})) == "minute");
  CHECK(waits_for(refusal({other_end, kBody})) == "body");
}

TEST_CASE("waiting does not help against what time does not mend", "[wait]") {
  const Kind kind = GENERATE(Kind::kTooLarge, Kind::kCredential, Kind::kForbidden,
                             Kind::kVerification, Kind::kBilling, Kind::kNotFound, Kind::kOther);

  CHECK_FALSE(wait_of(refusal({kHeader, kBody, kDay}, kind)).has_value());
}

TEST_CASE("waiting helps against limits, overload and faults", "[wait]") {
  const Kind kind = GENERATE(Kind::kRate, Kind::kQuota, Kind::kCapacity, Kind::kServer);

  CHECK(waits_for(refusal({kHeader}, kind)) == "header retry-after");
}

TEST_CASE("a good answer is waited for only when a limit is used up", "[wait]") {
  CHECK(waits_for(refusal({kHeader, kBody, kText, kOpen}, Kind::kNone)).empty());
  CHECK(waits_for(refusal({kFull}, Kind::kNone)) == "minute");
}

TEST_CASE("what has passed is a wait of nothing", "[wait]") {
  const auto wait = wait_of(refusal({statement(Basis::kBodyAsk, -kHour, "past")}));

  REQUIRE(wait);
  CHECK(wait->time == Millis(0));
}

TEST_CASE("Retry-After: 0 is an answer, not the lack of one", "[wait]") {
  CHECK(meaning(read(529, {{"retry-after", "0"}}, "")) == "capacity model 0s");
}

TEST_CASE("18 days are told as they are, and bounded elsewhere", "[wait]") {
  CHECK(meaning(read(429, {{"retry-after", "1587827"}}, "")) == "rate model 1587827s");
}

TEST_CASE("headers that cannot be read are passed over", "[wait]") {
  const Evidence evidence = read(429,
                                 {{"retry-after", "soon"},
                                  {"x-ratelimit-remaining-requests", "many"},
                                  {"x-ratelimit-reset-requests", "later"},
                                  {"x-ratelimit-", "1"},
                                  {"x-ratelimit-limit", "5"},
                                  {"anthropic-ratelimit-unified-5h-utilization", "42"},
                                  {"x-codex-primary-used-percent", "NaN"},
                                  {"anthropic-ratelimit-requests-reset", "tomorrow"}},
                                 "");

  CHECK(meaning(evidence) == "rate model -");
  CHECK(evidence.statements.size() == 1);
  CHECK_FALSE(evidence.statements.front().remaining.has_value());
}

TEST_CASE("generic counters are the account's, their reset seconds, a time or a date", "[wait]") {
  const auto reset = [](const char* text) {
    return meaning(read(429, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", text}}, ""));
  };

  CHECK(reset("15") == "rate account 15s");
  CHECK(reset("1789137935") == "rate account 15s");
  CHECK(reset("1789137935000") == "rate account 15s");
  CHECK(reset("2026-09-11T14:45:35Z") == "rate account 15s");
  CHECK(meaning(read(429, {{"ratelimit-remaining", "0"}, {"ratelimit-reset", "15"}}, "")) ==
        "rate account 15s");
}

TEST_CASE("every kind and window has a name of its own", "[evidence]") {
  CHECK(kind_from("too_large") == Kind::kTooLarge);
  CHECK(kind_from("rate") == Kind::kRate);
  CHECK_FALSE(kind_from("").has_value());
  CHECK(std::string(kind_name(Kind::kVerification)) == "verification");
  CHECK(std::string(window_name(Window::kFiveHours)) == "five_hours");
  CHECK(std::string(window_name(Window::kUnknown)) == "unknown");
}

}  // namespace abv::account
