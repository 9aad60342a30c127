#include "host/config/value.hpp"

#include "host/config/load_json.hpp"
#include "host/config/value_path.hpp"
#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

Value json(const std::string& text) {
  auto loaded = load_json(text, "j");
  REQUIRE(loaded.ok());
  return std::move(*loaded);
}

TEST_CASE("to_json keeps the order of members and the digits of numbers") {
  const Value value = yaml("z: 1.10\na: 12345678901234567890\nm: [true, null, -0.5e3]\n");
  CHECK(value.to_json() == R"({"z":1.10,"a":12345678901234567890,"m":[true,null,-0.5e3]})");
}

TEST_CASE("to_json writes a computed double in the shortest form that reads back the same") {
  CHECK(Value::number(0.1).to_json() == "0.1");
  CHECK(Value::number(1e300).to_json() == "1e+300");
}

TEST_CASE("to_json escapes keys and strings") {
  Value value = Value::object();
  value.set("a\"b", Value::string("line\nend"));
  CHECK(value.to_json() == R"({"a\"b":"line\nend"})");
}

TEST_CASE("to_pretty_json indents by two and keeps empty containers on one line") {
  CHECK(
      json(R"({"a":[1,{"b":2}],"c":{},"d":[]})").to_pretty_json() ==
      "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}\n");
}

TEST_CASE("set replaces a member in its place and appends a new one") {
  Value value = json(R"({"a":1,"b":2})");
  value.set("a", Value::integer(9));
  value.set("c", Value::integer(3));
  CHECK(value.to_json() == R"({"a":9,"b":2,"c":3})");
}

TEST_CASE("erase removes a member") {
  Value value = json(R"({"a":1,"b":2})");
  value.erase("a");
  CHECK(value.to_json() == R"({"b":2})");
}

TEST_CASE("values are equal in JSON terms") {
  CHECK(json(R"({"a":1,"b":[1.0]})").equals(json(R"({"b":[1],"a":1.0})")));
  CHECK_FALSE(json(R"({"a":1})").equals(json(R"({"a":"1"})")));
  CHECK_FALSE(json(R"({"a":1})").equals(json(R"({"b":1})")));
  CHECK_FALSE(json("[1,2]").equals(json("[2,1]")));
  CHECK_FALSE(json("[1]").equals(json("[1,1]")));
  CHECK_FALSE(json("true").equals(json("false")));
}

TEST_CASE("integers beyond the precision of a double are told apart") {
  CHECK_FALSE(Value::integer(9007199254740993).equals(Value::integer(9007199254740992)));
}

TEST_CASE("lookup follows keys, indices and selectors") {
  const Value value = json(R"({"a":{"b":[{"n":"x","v":1},{"n":"y.z","v":2}]},"k.d":{"e":3}})");
  CHECK(value.lookup("a.b[0].v")->as_int() == 1);
  CHECK(value.lookup("a.b[n=y.z].v")->as_int() == 2);
  CHECK(value.lookup(R"(["k.d"].e)")->as_int() == 3);
  CHECK(value.lookup("")->is_object());
}

TEST_CASE("lookup gives null for a path that leads nowhere") {
  const Value value = json(R"({"a":[1]})");
  CHECK(value.lookup("b") == nullptr);
  CHECK(value.lookup("a[1]") == nullptr);
  CHECK(value.lookup("a[n=x]") == nullptr);
  CHECK(value.lookup("a.b.c") == nullptr);
  CHECK(value.lookup("a..b") == nullptr);
}

TEST_CASE("a malformed path is an error that names it") {
  CHECK(parse_path("a[").error().message == "not a path: \"a[\"");
  CHECK(parse_path("a[x]").error().message == "not a path: \"a[x]\"");
  CHECK(parse_path("a[]").error().message == "not a path: \"a[]\"");
  CHECK(parse_path("a[0]b").error().message == "not a path: \"a[0]b\"");
  CHECK(parse_path(".a").error().message == "not a path: \".a\"");
  CHECK(parse_path("a.").error().message == "not a path: \"a.\"");
}

TEST_CASE("a path quotes keys that are not plain words") {
  CHECK(path_with_key("", "a") == "a");
  CHECK(path_with_key("a", "b-c_1") == "a.b-c_1");
  CHECK(path_with_key("a", "b.c") == "a[\"b.c\"]");
  CHECK(path_with_index("a", 2) == "a[2]");
}

TEST_CASE("a quoted key in a path may hold brackets") {
  const Value value = json(R"({"a]b":{"c":1}})");
  CHECK(value.lookup("[\"a]b\"].c")->as_int() == 1);
}

TEST_CASE("marking a value secret marks all below it") {
  Value value = json(R"({"a":[{"b":1}]})");
  value.mark_secret();
  CHECK(value.lookup("a[0].b")->is_secret());
}

TEST_CASE("a place without a line is only its file") {
  CHECK(Place{"config/abv.yaml", 12, 5}.text() == "config/abv.yaml:12:5");
  CHECK(Place{"environment variable PORT", 0, 0}.text() == "environment variable PORT");
}

}  // namespace
}  // namespace abv::config
