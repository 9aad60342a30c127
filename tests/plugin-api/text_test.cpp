#include "abv/sdk/text.hpp"

#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;

TEST_CASE("header names compare without regard to case, and only as a whole") {
  CHECK(sdk::iequals("X-Api-Key", "x-api-KEY"));
  CHECK_FALSE(sdk::iequals("x-api-key", "x-api-ke"));
  CHECK_FALSE(sdk::iequals("x-api-key", "x-api_key"));
}

TEST_CASE("percent decoding undoes %41, leaves broken escapes and keeps plus signs") {
  CHECK(sdk::percent_decode("a%41%2b%2Bz") == "aA++z");
  CHECK(sdk::percent_decode("100%") == "100%");
  CHECK(sdk::percent_decode("%4") == "%4");
  CHECK(sdk::percent_decode("%zz1") == "%zz1");
  CHECK(sdk::percent_decode("a+b") == "a+b");
  CHECK(sdk::percent_decode("%00").size() == 1);
}

TEST_CASE("a query's value is found by its decoded name") {
  CHECK(sdk::query_value("a=1&key=s%3Dx&key=2", "key") == std::optional<std::string>("s=x"));
  CHECK(sdk::query_value("%6bey=7", "key") == std::optional<std::string>("7"));
  CHECK(sdk::query_value("key", "key") == std::optional<std::string>(""));
  CHECK(sdk::query_value("monkey=1", "key") == std::nullopt);
  CHECK(sdk::query_value("", "key") == std::nullopt);
}

TEST_CASE("UTF-8 sequences are measured, and malformed ones have no length") {
  CHECK(sdk::utf8_length("a") == 1);
  CHECK(sdk::utf8_length("\xC3\xA9") == 2);
  CHECK(sdk::utf8_length("\xE2\x82\xAC") == 3);
  CHECK(sdk::utf8_length("\xF0\x9F\x98\x80") == 4);
  CHECK(sdk::utf8_length("") == 0);
  CHECK(sdk::utf8_length("\x80") == 0);
  CHECK(sdk::utf8_length("\xC0\x80") == 0);          // overlong
  CHECK(sdk::utf8_length("\xE0\x80\x80") == 0);      // overlong
  CHECK(sdk::utf8_length("\xED\xA0\x80") == 0);      // a surrogate
  CHECK(sdk::utf8_length("\xF4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(sdk::utf8_length("\xE2\x82") == 0);          // cut
}

TEST_CASE("code points are written as UTF-8, surrogates as the replacement character") {
  std::string out;
  sdk::append_utf8(out, 0x41);
  sdk::append_utf8(out, 0xE9);
  sdk::append_utf8(out, 0x20AC);
  sdk::append_utf8(out, 0x1F600);
  sdk::append_utf8(out, 0xD800);
  CHECK(out == "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST_CASE("a hash is FNV-1a of 64 bits, also of a text in pieces, and has 16 digits") {
  CHECK(sdk::fnv1a("") == 0xcbf29ce484222325U);
  CHECK(sdk::fnv1a("foobar") == 0x85944171f73967e8U);
  CHECK(sdk::fnv1a("bar", sdk::fnv1a("foo")) == sdk::fnv1a("foobar"));
  CHECK(sdk::fnv1a("\xFF") == 0xaf64724c8602eb6eU);
  CHECK(sdk::hex(0x85944171f73967e8U) == "85944171f73967e8");
  CHECK(sdk::hex(0xA) == "000000000000000a");
}

}  // namespace
