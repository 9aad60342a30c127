#include "host/config/load_json.hpp"

#include "tests/support/catch.hpp"

namespace abv::config {
namespace {

TEST_CASE("JSON keeps its order, its types and its integers") {
  const char* const text =
      R"({"z":1,"a":[1.5,true,null,-3],"s":"\ud83d\ude00\/","big":9223372036854775807})";
  const auto loaded = load_json(text, "j");
  REQUIRE(loaded.ok());
  CHECK(
      loaded->to_json() ==
      "{\"z\":1,\"a\":[1.5,true,null,-3],\"s\":\"\xF0\x9F\x98\x80/\",\"big\":9223372036854775807}");
}

TEST_CASE("an integer beyond 63 bits keeps its digits") {
  CHECK(load_json("[18446744073709551615]", "j")->to_json() == "[18446744073709551615]");
}

TEST_CASE("a key that stands twice is an error") {
  CHECK(load_json(R"({"a":{"b":1,"c":2,"b":3}})", "s.json").error().message ==
        "s.json: the key \"b\" stands twice");
}

TEST_CASE("what is not JSON is an error that names the text") {
  CHECK_THAT(load_json("{a: 1}", "s.json").error().message,
             Catch::Matchers::StartsWith("s.json: not valid JSON: "));
  CHECK_FALSE(load_json("", "j").ok());
  CHECK_FALSE(load_json("{} x", "j").ok());
  CHECK_FALSE(load_json("[1,]", "j").ok());
  CHECK_FALSE(load_json("{\"a\":1", "j").ok());
  CHECK_FALSE(load_json("[1e400]", "j").ok());
}

TEST_CASE("JSON that is nested deeper than 64 levels is refused") {
  CHECK_FALSE(load_json(std::string(100'000, '['), "j").ok());
  CHECK_FALSE(load_json(std::string(65, '[') + std::string(65, ']'), "j").ok());
  CHECK(load_json(std::string(60, '[') + std::string(60, ']'), "j").ok());
}

}  // namespace
}  // namespace abv::config
