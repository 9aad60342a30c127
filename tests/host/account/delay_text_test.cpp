#include "host/account/delay_text.hpp"

#include <string>

#include "host/account/scanner.hpp"
#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

// Milliseconds, or -1 for none.
std::int64_t duration(std::string_view text) {
  return parse_duration(text).value_or(Millis(-1)).count();
}

std::int64_t retry_after(std::string_view text, std::int64_t now = kNow) {
  return parse_retry_after(text, now).value_or(Millis(-1)).count();
}

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

}  // namespace

TEST_CASE("500ms is not 500 minutes", "[delay]") {
  CHECK(duration("500ms") == 500);
  CHECK(duration("510.79ms") == 511);
  CHECK(duration("200 ms") == 200);
}

TEST_CASE("a duration of one unit is read exactly", "[delay]") {
  CHECK(duration("42s") == 42 * kSecond);
  CHECK(duration(" 42s") == 42 * kSecond);
  CHECK(duration("42s \n") == 42 * kSecond);
  CHECK(duration("0s") == 0);
  CHECK(duration("2m") == 2 * kMinute);
  CHECK(duration("3h") == 3 * kHour);
  CHECK(duration("7d") == 7 * kDay);
  CHECK(duration("2w") == 14 * kDay);
}

TEST_CASE("a duration of several units is their sum", "[delay]") {
  CHECK(duration("1h2m3.5s") == kHour + 2 * kMinute + 3'500);
  CHECK(duration("156h14m") == 156 * kHour + 14 * kMinute);
  CHECK(duration("6m0s") == 6 * kMinute);
  CHECK(duration("2m59.56s") == 2 * kMinute + 59'560);
  CHECK(duration("1h16m0.667s") == kHour + 16 * kMinute + 667);
  CHECK(duration("3 days 6 hours 57 minutes") == 3 * kDay + 6 * kHour + 57 * kMinute);
  CHECK(duration("2 hours and 5 minutes") == 2 * kHour + 5 * kMinute);
  CHECK(duration("1 minute, 3 seconds") == kMinute + 3 * kSecond);
}

TEST_CASE("what is shorter than a millisecond is rounded up", "[delay]") {
  CHECK(duration("2.463586755s") == 2'464);
  CHECK(duration("33740.910400305s") == 33'740'911);
  CHECK(duration("250us") == 1);
  CHECK(duration("1500\xC2\xB5s") == 2);
  CHECK(duration("1500\xCE\xBCs") == 2);
  CHECK(duration("20ns") == 1);
  CHECK(duration("1.00000000000000001s") == 1'001);
}

TEST_CASE("429 messages is not a delay", "[delay]") {
  CHECK(duration("429 messages") == -1);
  CHECK(duration("gemini-3.5 small") == -1);
  CHECK(duration("3.5 small") == -1);
}

TEST_CASE("what is no duration gives none", "[delay]") {
  const std::string text = GENERATE(as<std::string>{}, "", " ", "s", "42", "4.2", ".5s", "-5s",
                                    "+5s", "5 s x", "5sm", "5M", "1m1m", "3s2m", "1h-2m", "1e3s",
                                    "0x5s", "5s,", "soon", "5 months", "nan s", "PT30S", "5,000s");

  CHECK(duration(text) == -1);
}

TEST_CASE("a duration that is too long to hold is the longest there is", "[delay]") {
  const std::int64_t longest = kLongestDelay.count();

  CHECK(duration("99999999999999999999999999h") == longest);
  CHECK(duration("36500d") == longest);
  CHECK(duration("36499d23h") == longest - kHour);
  CHECK(duration("36500d23h59m") == longest);
  CHECK(duration("999999999999999999w 999999999999999999d") == longest);
}

TEST_CASE("a Retry-After of 1,587,827 seconds is read exactly; the ceiling is the pool's",
          "[delay]") {
  CHECK(retry_after("1587827") == 1'587'827'000);
}

TEST_CASE("Retry-After is seconds, with or without decimals", "[delay]") {
  CHECK(retry_after("0") == 0);
  CHECK(retry_after("17") == 17 * kSecond);
  CHECK(retry_after(" 56.5 ") == 56'500);
  CHECK(retry_after("0.0004") == 1);
  CHECK(retry_after("99999999999999999999999") == kLongestDelay.count());
}

TEST_CASE("Retry-After is a date in any of the three forms of HTTP", "[delay]") {
  CHECK(retry_after("Fri, 11 Sep 2026 14:46:20 GMT") == kMinute);
  CHECK(retry_after("Friday, 11-Sep-26 14:46:20 GMT") == kMinute);
  CHECK(retry_after("Fri Sep 11 14:46:20 2026") == kMinute);
}

TEST_CASE("a Retry-After date that has passed is now", "[delay]") {
  CHECK(retry_after("Fri, 11 Sep 2026 14:45:20 GMT") == 0);
  CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT") == 0);
}

TEST_CASE("a Retry-After with a unit or as a timestamp is understood", "[delay]") {
  CHECK(retry_after("20s") == 20 * kSecond);
  CHECK(retry_after("1m30s") == 90 * kSecond);
  CHECK(retry_after("2026-09-11T14:46:20Z") == kMinute);
}

TEST_CASE("what is no Retry-After gives none", "[delay]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "soon", "-5", "1e3", "5 5", "NaN", "inf", "0x10",
               "Fri, 11 Sep 2026 14:46:20", "11 Sep 2026 14:46:20 GMT", "2026-09-11 14:46:20");

  CHECK(retry_after(text) == -1);
}

TEST_CASE("a clock that is far off makes no delay negative or endless", "[delay]") {
  CHECK(retry_after("Fri, 11 Sep 2026 14:46:20 GMT", INT64_MIN) == kLongestDelay.count());
  CHECK(retry_after("Fri, 11 Sep 2026 14:46:20 GMT", INT64_MAX) == 0);
}

}  // namespace abv::account
