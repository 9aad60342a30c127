#include "host/config/scalar.hpp"

#include "tests/support/catch.hpp"

namespace abv::config {
namespace {

TEST_CASE("plain true and false in three spellings are booleans") {
  CHECK(read_plain_scalar("true").as_bool());
  CHECK(read_plain_scalar("True").as_bool());
  CHECK(read_plain_scalar("TRUE").as_bool());
  CHECK(read_plain_scalar("false").is_bool());
  CHECK(read_plain_scalar("False").is_bool());
  CHECK(read_plain_scalar("FALSE").is_bool());
}

TEST_CASE("the booleans of YAML 1.1 are strings") {
  CHECK(read_plain_scalar("yes").is_string());
  CHECK(read_plain_scalar("no").is_string());
  CHECK(read_plain_scalar("on").is_string());
  CHECK(read_plain_scalar("off").is_string());
  CHECK(read_plain_scalar("y").is_string());
  CHECK(read_plain_scalar("tRue").is_string());
}

TEST_CASE("null, the tilde and nothing are null") {
  CHECK(read_plain_scalar("").is_null());
  CHECK(read_plain_scalar("~").is_null());
  CHECK(read_plain_scalar("null").is_null());
  CHECK(read_plain_scalar("Null").is_null());
  CHECK(read_plain_scalar("NULL").is_null());
}

TEST_CASE("integers are those of JSON") {
  CHECK(read_plain_scalar("0").as_int() == 0);
  CHECK(read_plain_scalar("-12").as_int() == -12);
  CHECK(read_plain_scalar("9223372036854775807").as_int() == INT64_MAX);
  CHECK(read_plain_scalar("-9223372036854775808").as_int() == INT64_MIN);
}

TEST_CASE("an integer beyond 64 bits is a double that keeps its digits") {
  const Value value = read_plain_scalar("9223372036854775808");
  CHECK(value.kind() == Value::Kind::kDouble);
  CHECK(value.text() == "9223372036854775808");
}

TEST_CASE("floats are those of JSON and keep their text") {
  CHECK(read_plain_scalar("1.10").kind() == Value::Kind::kDouble);
  CHECK(read_plain_scalar("1.10").text() == "1.10");
  CHECK(read_plain_scalar("1e3").as_double() == 1000.0);
  CHECK(read_plain_scalar("-2.5E-1").as_double() == -0.25);
}

TEST_CASE("what only looks like a number is a string") {
  CHECK(read_plain_scalar("0123").is_string());
  CHECK(read_plain_scalar("-01").is_string());
  CHECK(read_plain_scalar("0x1f").is_string());
  CHECK(read_plain_scalar("0o17").is_string());
  CHECK(read_plain_scalar("+5").is_string());
  CHECK(read_plain_scalar(".5").is_string());
  CHECK(read_plain_scalar("5.").is_string());
  CHECK(read_plain_scalar("1_000").is_string());
  CHECK(read_plain_scalar("1e").is_string());
  CHECK(read_plain_scalar("1e+").is_string());
  CHECK(read_plain_scalar("-").is_string());
  CHECK(read_plain_scalar(".inf").is_string());
  CHECK(read_plain_scalar("1.2.3").is_string());
  CHECK(read_plain_scalar("12:30").is_string());
  CHECK(read_plain_scalar("1e999").is_string());
}

}  // namespace
}  // namespace abv::config
