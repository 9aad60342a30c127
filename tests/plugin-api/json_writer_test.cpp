#include "abv/sdk/json_writer.hpp"

#include <limits>
#include <string>

#include "tests/support/catch.hpp"

namespace {

namespace json = abv::sdk::json;

std::string written(std::string_view text) {
  json::Writer out;
  out.value(text);
  return out.take();
}

TEST_CASE("commas and colons stand where they belong") {
  json::Writer out;
  out.begin_object().member("a", 1).key("b").begin_array();
  out.value(true).value(nullptr).begin_object().end_object().begin_array().end_array().value("x");
  out.end_array().member("c", std::string("y")).member("d", -2.5).end_object();
  CHECK(out.view() == R"({"a":1,"b":[true,null,{},[],"x"],"c":"y","d":-2.5})");
}

TEST_CASE("quotes, backslashes and control characters are escaped, the rest stays") {
  CHECK(written("a\"\\/\b\f\n\r\t\x01\x1f\x7f\xC3\xA9") ==
        "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xC3\xA9\"");
  CHECK(written(std::string_view("\0", 1)) == R"("\u0000")");
}

TEST_CASE("bytes that are not UTF-8 become the replacement character") {
  CHECK(written("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
  CHECK(written("\xE2\x82") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("what is written can be read again, whatever the bytes") {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte)
    bytes.push_back(static_cast<char>(byte));
  const auto back = json::parse(written(bytes));
  REQUIRE(back);
  CHECK(back->as_string().substr(0, 128) == bytes.substr(0, 128));
}

TEST_CASE("numbers keep their value, and those that JSON lacks become null") {
  json::Writer out;
  out.begin_array();
  out.value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::uint64_t>::max());
  out.value(0.1).value(1e300).value(std::numeric_limits<double>::infinity()).value(std::nan(""));
  out.end_array();
  CHECK(out.view() == "[-9223372036854775808,18446744073709551615,0.1,1e+300,null,null]");
}

TEST_CASE("another text's value is copied byte for byte") {
  json::Writer out;
  const auto other = *json::parse(R"({"x" : [ 1.00 ]})");
  out.begin_object()
      .member("a", other["x"])
      .member("b", other["absent"])
      .key("c")
      .raw("{}")
      .end_object();
  CHECK(out.view() == R"({"a":[ 1.00 ],"b":null,"c":{}})");
}

TEST_CASE("a writer starts afresh after take and after clear") {
  json::Writer out;
  out.value(1);
  CHECK(out.take() == "1");
  out.value(2);
  out.clear();
  out.value(3);
  CHECK(out.view() == "3");
}

}  // namespace
