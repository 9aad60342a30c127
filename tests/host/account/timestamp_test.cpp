#include "host/account/timestamp.hpp"

#include <string>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

constexpr std::chrono::minutes kShanghai = std::chrono::hours(8);

std::int64_t timestamp(std::string_view text, Zone zone = std::nullopt) {
  return parse_timestamp(text, zone).value_or(-1);
}

std::int64_t http_date(std::string_view text) {
  return parse_http_date(text, kNow).value_or(-1);
}

std::int64_t unix_time(std::string_view text) {
  return parse_unix_time(text).value_or(-1);
}

}  // namespace

TEST_CASE("an RFC 3339 time is read with fraction and offset", "[timestamp]") {
  CHECK(timestamp("2026-09-11T14:45:20Z") == kNow);
  CHECK(timestamp("2026-09-11t14:45:20z") == kNow);
  CHECK(timestamp("2026-09-11T14:45:20.25Z") == kNow + 250);
  CHECK(timestamp("2026-09-11T14:45:20.2500001Z") == kNow + 251);
  CHECK(timestamp("2026-09-11T22:45:20+08:00") == kNow);
  CHECK(timestamp("2026-09-11T11:15:20-0330") == kNow);
  CHECK(timestamp("2026-09-11 22:45:20 +08") == kNow);
  CHECK(timestamp("2026-09-11 14:45:20 UTC") == kNow);
  CHECK(timestamp("2026-01-01 at 00:00 UTC") == 1'767'225'600'000);
  CHECK(timestamp("1970-01-01T00:00:00Z") == 0);
}

TEST_CASE("a time without a zone is none, unless its zone is known", "[timestamp]") {
  CHECK(timestamp("2026-09-11 22:45:20") == -1);
  CHECK(timestamp("2026-09-11 22:45:20", kShanghai) == kNow);
  CHECK(timestamp("2026-09-11T14:45:20Z", kShanghai) == kNow);
}

TEST_CASE("a leap second is the second after it", "[timestamp]") {
  CHECK(timestamp("2016-12-31T23:59:60Z") == timestamp("2017-01-01T00:00:00Z"));
}

TEST_CASE("a date that no calendar has is none", "[timestamp]") {
  const std::string text =
      GENERATE(as<std::string>{}, "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
               "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z",
               "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "1969-12-31T23:59:59Z",
               "2026-01-01T00:00:00+25:00", "2026-01-01", "2026-1-1T00:00:00Z",
               "2026-01-01T00:00:00Zulu", "2026-01-01T00:00:00Z.", "26-01-01T00:00:00Z", "");

  CHECK(timestamp(text) == -1);
}

TEST_CASE("a day of a leap year is one", "[timestamp]") {
  CHECK(timestamp("2028-02-29T00:00:00Z") == timestamp("2028-02-28T00:00:00Z") + 86'400'000);
}

TEST_CASE("the three forms of HTTP dates mean the same", "[timestamp]") {
  CHECK(http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784'111'777'000);
  CHECK(http_date("Sunday, 06-Nov-94 08:49:37 GMT") == 784'111'777'000);
  CHECK(http_date("Sun Nov  6 08:49:37 1994") == 784'111'777'000);
  CHECK(http_date("sun nov 16 08:49:37 1994") == 784'975'777'000);
}

TEST_CASE("a year of two digits is at most fifty years ahead", "[timestamp]") {
  CHECK(http_date("Sunday, 01-Nov-76 00:00:00 GMT") == timestamp("2076-11-01T00:00:00Z"));
  CHECK(http_date("Sunday, 01-Nov-77 00:00:00 GMT") == timestamp("1977-11-01T00:00:00Z"));
}

TEST_CASE("what is no HTTP date is none", "[timestamp]") {
  const std::string text = GENERATE(
      as<std::string>{}, "", "06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun, 06 Foo 1994 08:49:37 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT",
      "Thu, 31 Nov 1994 08:49:37 GMT");

  CHECK(http_date(text) == -1);
}

TEST_CASE("unix times are seconds or milliseconds by their size", "[timestamp]") {
  CHECK(unix_time("1789137920") == kNow);
  CHECK(unix_time("1789137920.5") == kNow + 500);
  CHECK(unix_time("1789137920000") == kNow);
  CHECK(unix_time("999999999") == -1);
  CHECK(unix_time("100000000000000") == -1);
  CHECK(unix_time("-1789137920") == -1);
  CHECK(unix_time("1789137920s") == -1);
  CHECK(unix_time("") == -1);
}

}  // namespace abv::account
