#include "host/config/quantity.hpp"

#include "tests/support/catch.hpp"

namespace abv::config {
namespace {

using namespace std::chrono_literals;

std::chrono::nanoseconds duration(std::string_view text) {
  const auto parsed = parse_duration(text);
  REQUIRE(parsed.ok());
  REQUIRE(parsed->has_value());
  return **parsed;
}

std::uint64_t size(std::string_view text) {
  const auto parsed = parse_size(text);
  REQUIRE(parsed.ok());
  return *parsed;
}

TEST_CASE("durations have the units ms, s, m, h and d") {
  CHECK(duration("250ms") == 250ms);
  CHECK(duration("5s") == 5s);
  CHECK(duration("15m") == 15min);
  CHECK(duration("1h") == 1h);
  CHECK(duration("2d") == 48h);
  CHECK(duration("0s") == 0s);
}

TEST_CASE("the duration none is no duration") {
  const auto parsed = parse_duration("none");
  REQUIRE(parsed.ok());
  CHECK_FALSE(parsed->has_value());
}

TEST_CASE("a duration without a unit is refused with the rule and the value") {
  CHECK(parse_duration("30").error().message ==
        "expected a duration with its unit, such as \"250ms\", \"5s\", \"15m\", \"1h\", \"2d\" or "
        "\"none\", got \"30\"");
}

TEST_CASE("anything else is not a duration") {
  CHECK_FALSE(parse_duration("").ok());
  CHECK_FALSE(parse_duration("s").ok());
  CHECK_FALSE(parse_duration("-5s").ok());
  CHECK_FALSE(parse_duration("+5s").ok());
  CHECK_FALSE(parse_duration("1.5s").ok());
  CHECK_FALSE(parse_duration("5 s").ok());
  CHECK_FALSE(parse_duration("5S").ok());
  CHECK_FALSE(parse_duration("5us").ok());
  CHECK_FALSE(parse_duration("1h30m").ok());
  CHECK_FALSE(parse_duration("None").ok());
}

TEST_CASE("the longest duration fits nanoseconds and the next is refused") {
  CHECK(duration("106751d") == 106751 * 24h);
  CHECK(parse_duration("106752d").error().message == "\"106752d\" is too large");
  CHECK(parse_duration("99999999999999999999s").error().message ==
        "\"99999999999999999999s\" is too large");
}

TEST_CASE("sizes have decimal and binary units") {
  CHECK(size("0") == 0);
  CHECK(size("1048576") == 1048576);
  CHECK(size("512B") == 512);
  CHECK(size("3KB") == 3000);
  CHECK(size("3MB") == 3'000'000);
  CHECK(size("1GB") == 1'000'000'000);
  CHECK(size("1TB") == 1'000'000'000'000);
  CHECK(size("64KiB") == 65536);
  CHECK(size("100MiB") == 104857600);
  CHECK(size("2GiB") == 2147483648);
  CHECK(size("1TiB") == 1099511627776);
}

TEST_CASE("a size with an unknown unit is refused with the rule and the value") {
  CHECK(parse_size("100M").error().message ==
        "expected a size, such as \"100MiB\", \"64KiB\", \"1GB\" or a whole number of bytes, got "
        "\"100M\"");
}

TEST_CASE("anything else is not a size") {
  CHECK_FALSE(parse_size("").ok());
  CHECK_FALSE(parse_size("MiB").ok());
  CHECK_FALSE(parse_size("-1").ok());
  CHECK_FALSE(parse_size("1.5MiB").ok());
  CHECK_FALSE(parse_size("1 MiB").ok());
  CHECK_FALSE(parse_size("1mib").ok());
  CHECK_FALSE(parse_size("none").ok());
}

TEST_CASE("the largest size fits 64 bits and the next is refused") {
  CHECK(size("18446744073709551615") == UINT64_MAX);
  CHECK(parse_size("18446744073709551616").error().message ==
        "\"18446744073709551616\" is too large");
  CHECK(parse_size("16777216TiB").error().message == "\"16777216TiB\" is too large");
}

}  // namespace
}  // namespace abv::config
