#include "abv/sdk/json_reader.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

namespace json = abv::sdk::json;

bool is_json(std::string_view text) {
  return json::parse(text).has_value();
}

TEST_CASE("what RFC 8259 allows is JSON") {
  const char* text =
      GENERATE("null", " true ", "\t\r\nfalse\n", "0", "-0", "-12.5e+3", "1E400", "\"\"", "[]",
               "{}", "[[],{}]", R"({"a":[1,2,{"b":null}],"":""})",
               R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")", R"("\ud83d")", "\"\xE2\x82\xAC\"");
  CAPTURE(text);
  CHECK(is_json(text));
}

TEST_CASE("what RFC 8259 forbids is not JSON") {
  const char* text = GENERATE(
      "", " ", "nul", "True", "01", "-", "+1", "1.", ".5", "1e", "0x1", "NaN", "\"", "\"\\",
      "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\x01\"", "\"\xFF\"", "\"\xC3\"", "[", "]",
      "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}",
      "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}", "[1}", "1 2", "null,", "//x\n1",
      "\xEF\xBB\xBF"
      "1");
  CAPTURE(text);
  CHECK_FALSE(is_json(text));
}

TEST_CASE("a zero byte is not white space, nor an end") {
  CHECK_FALSE(is_json(std::string_view("1\0", 2)));
  CHECK_FALSE(is_json(std::string_view("\"\\\0\"", 4)));
}

TEST_CASE("every proper prefix of an object is refused") {
  const std::string text = R"({"a":[1,-2.5e3,"x\u00e9"],"b":{"c":null,"d":true}})";
  std::vector<std::string> accepted;
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (is_json(text.substr(0, n))) accepted.push_back(text.substr(0, n));
  }
  CHECK(accepted.empty());
}

TEST_CASE("256 levels are read, 257 are not") {
  CHECK(is_json(std::string(256, '[') + std::string(256, ']')));
  CHECK_FALSE(is_json(std::string(257, '[') + std::string(257, ']')));
  CHECK_FALSE(is_json(std::string(1'000'000, '[')));
}

TEST_CASE("values are found by name and place") {
  const auto root = *json::parse(R"({"a":{"b":[10,{"c":"x"},30]},"d":true})");
  CHECK(root["a"]["b"][0].as_int() == 10);
  CHECK(root["a"]["b"][1]["c"].as_string() == "x");
  CHECK(root["a"]["b"][2].as_int() == 30);
  CHECK(root["d"].as_bool());
  CHECK(root["a"]["b"].size() == 3);
  CHECK(root.size() == 2);
}

TEST_CASE("missing values answer with the fallback, all the way down") {
  const auto root = *json::parse(R"({"text":"x","n":1,"list":[1],"nothing":null})");
  CHECK_FALSE(root["absent"].exists());
  CHECK_FALSE(root["absent"]["deeper"][3]["still"].exists());
  CHECK_FALSE(root["text"]["deeper"].exists());
  CHECK_FALSE(root["list"][1].exists());
  CHECK_FALSE(root["list"][-1].exists());
  CHECK(root["absent"].as_int(7) == 7);
  CHECK(root["text"].as_int(7) == 7);
  CHECK(root["n"].as_string("none") == "none");
  CHECK(root["n"].as_bool(true));
  CHECK(root["absent"].raw().empty());
  CHECK(root["nothing"].exists());
  CHECK(root["nothing"].is_null());
  CHECK_FALSE(root["absent"].is_null());
}

TEST_CASE("a name that stands twice means its last value") {
  CHECK((*json::parse(R"({"a":1,"b":0,"a":2})"))["a"].as_int() == 2);
}

TEST_CASE("escapes are undone, in values and in names") {
  const auto root = *json::parse(R"({"caf\u00e9":"a\"\\\/\b\f\n\r\tz\ud83d\ude00"})");
  CHECK(root["caf\xC3\xA9"].as_string() == "a\"\\/\b\f\n\r\tz\xF0\x9F\x98\x80");
}

TEST_CASE("half a surrogate pair becomes the replacement character") {
  CHECK(json::parse(R"("a\ud83dz")")->as_string() == "a\xEF\xBF\xBDz");
  CHECK(json::parse(R"("\ude00")")->as_string() == "\xEF\xBF\xBD");
  CHECK(json::parse(R"("\ud83d\u0041")")->as_string() ==
        "\xEF\xBF\xBD"
        "A");
  CHECK(json::parse(R"("\ud83d\ud83d\ude00")")->as_string() == "\xEF\xBF\xBD\xF0\x9F\x98\x80");
}

TEST_CASE("numbers are read as they are meant") {
  CHECK(json::parse("9223372036854775807")->as_int() == INT64_MAX);
  CHECK(json::parse("-9223372036854775808")->as_int() == INT64_MIN);
  CHECK(json::parse("9223372036854775808")->as_int(-1) == -1);
  CHECK(json::parse("1.0")->as_int() == 1);
  CHECK(json::parse("1e3")->as_int() == 1000);
  CHECK(json::parse("1.5")->as_int(-1) == -1);
  CHECK(json::parse("1e30")->as_int(-1) == -1);
  CHECK(json::parse("-2.25")->as_double() == -2.25);
  CHECK(json::parse("1e999")->as_double(-1) == -1);
}

TEST_CASE("a value knows its own text and where it stands, for splices") {
  const std::string text = R"( {"model" : "gpt-x", "n": [ 1 , 2 ] } )";
  const auto root = *json::parse(text);
  CHECK(root["model"].raw() == "\"gpt-x\"");
  CHECK(text.substr(root["model"].offset(), 7) == "\"gpt-x\"");
  CHECK(root["n"].raw() == "[ 1 , 2 ]");
  CHECK(root.raw() == text.substr(1, text.size() - 2));
}

TEST_CASE("items and members come in the order of the text") {
  std::string seen;
  const auto root = *json::parse(R"({"z":[1,[2],{"x":3}],"a":"b","e":{},"f":[]})");
  for (const auto& [key, value] : root.members())
    seen += key + "=" + std::string(value.raw()) + ";";
  for (const auto& item : root["z"].items())
    seen += std::string(item.raw()) + ";";
  for (const auto& item : root["a"].items())
    seen += std::string(item.raw());
  for (const auto& member : root["f"].members())
    seen += member.key;
  CHECK(seen == R"(z=[1,[2],{"x":3}];a="b";e={};f=[];1;[2];{"x":3};)");
}

TEST_CASE("a value keeps its text alive") {
  const auto inner = (*json::parse(std::string(R"({"a":{"b":"kept"}})")))["a"];
  CHECK(inner["b"].as_string() == "kept");
}

TEST_CASE("a document reads one text after the other, and a failure leaves nothing behind") {
  json::Document document;
  REQUIRE(document.parse(R"({"a":1})"));
  CHECK(document.root()["a"].as_int() == 1);
  REQUIRE_FALSE(document.parse(R"({"a":1,])"));
  CHECK(document.stopped_at() == 7);
  CHECK_FALSE(document.root().exists());
  REQUIRE(document.parse("[5]"));
  CHECK(document.root()[0].as_int() == 5);
}

TEST_CASE("text is given without a copy when it has no escapes") {
  const std::string text = R"(["plain","esc\n"])";
  json::Document document;
  REQUIRE(document.parse(text));
  std::string scratch = "untouched";
  CHECK(document.root()[0].text(scratch).data() == text.data() + 2);
  CHECK(scratch == "untouched");
  CHECK(document.root()[1].text(scratch) == "esc\n");
  CHECK(scratch == "esc\n");
}

}  // namespace
