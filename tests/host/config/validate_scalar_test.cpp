#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

// The problem of one value, without its place.
std::string fault(const std::string& rule, const std::string& scalar) {
  const std::string text = faults(R"({"properties":{"v":)" + rule + "}}", "v: " + scalar + "\n");
  const std::string start = "a.yaml:1:4: v: ";
  return text.substr(0, start.size()) == start ? text.substr(start.size()) : text;
}

TEST_CASE("each type is told by name") {
  CHECK(fault(R"({"type":"string"})", "[1]") == "expected a string, got a list of 1");
  CHECK(fault(R"({"type":"string"})", "true") == "expected a string, got true");
  CHECK(fault(R"({"type":"integer"})", "1.5") == "expected an integer, got 1.5");
  CHECK(fault(R"({"type":"number"})", "x") == "expected a number, got \"x\"");
  CHECK(fault(R"({"type":"boolean"})", "yes") == "expected true or false, got \"yes\"");
  CHECK(fault(R"({"type":"array"})", "{a: 1}") == "expected a list, got an object");
  CHECK(fault(R"({"type":"object"})", "x") == "expected an object, got \"x\"");
  CHECK(fault(R"({"type":"null"})", "1") == "expected nothing, got 1");
  CHECK(fault(R"({"type":["string","integer"]})", "true") ==
        "expected a string or an integer, got true");
}

TEST_CASE("each type accepts its own") {
  CHECK(fault(R"({"type":"string"})", "x") == "");
  CHECK(fault(R"({"type":"integer"})", "1") == "");
  CHECK(fault(R"({"type":"number"})", "1") == "");
  CHECK(fault(R"({"type":"number"})", "1.5") == "");
  CHECK(fault(R"({"type":"boolean"})", "true") == "");
  CHECK(fault(R"({"type":"null"})", "null") == "");
  CHECK(fault(R"({"type":["string","null"]})", "null") == "");
}

TEST_CASE("an enum lists its values and suggests the nearest") {
  const char* const rule = R"({"enum":["closed","open",true]})";
  CHECK(fault(rule, "open") == "");
  CHECK(fault(rule, "true") == "");
  CHECK(fault(rule, "opne") ==
        "expected one of \"closed\", \"open\", true, got \"opne\"; did you mean \"open\"?");
  CHECK(fault(rule, "false") == "expected one of \"closed\", \"open\", true, got false");
  CHECK(fault(R"({"enum":["abv.echo"]})", "abv.ehco") ==
        "expected \"abv.echo\", got \"abv.ehco\"; did you mean \"abv.echo\"?");
}

TEST_CASE("a constant is compared as JSON") {
  CHECK(fault(R"({"const":1})", "1.0") == "");
  CHECK(fault(R"({"const":1})", "2") == "expected 1, got 2");
}

TEST_CASE("numbers stay in their range") {
  const char* const rule = R"({"type":"integer","minimum":1,"maximum":65535})";
  CHECK(fault(rule, "1") == "");
  CHECK(fault(rule, "65535") == "");
  CHECK(fault(rule, "0") == "expected a number from 1 to 65535, got 0");
  CHECK(fault(rule, "65536") == "expected a number from 1 to 65535, got 65536");
  CHECK(fault(R"({"minimum":0.5})", "0.25") == "expected at least 0.5, got 0.25");
  CHECK(fault(R"({"maximum":5})", "5.5") == "expected at most 5, got 5.5");
  CHECK(fault(R"({"maximum":9007199254740992})", "9007199254740993") ==
        "expected at most 9007199254740992, got 9007199254740993");
}

TEST_CASE("the length of a text is counted in characters") {
  CHECK(fault(R"({"minLength":1})", "''") == "expected at least 1 character, got \"\"");
  CHECK(fault(R"({"minLength":3})", "äö") == "expected at least 3 characters, got \"äö\"");
  CHECK(fault(R"({"maxLength":2})", "äö") == "");
  CHECK(fault(R"({"maxLength":2})", "abc") == "expected at most 2 characters, got \"abc\"");
}

TEST_CASE("a pattern matches anywhere unless it is anchored") {
  CHECK(fault(R"({"pattern":"b+"})", "abba") == "");
  CHECK(fault(R"({"pattern":"^b+$"})", "abba") == "expected text that matches ^b+$, got \"abba\"");
  CHECK(fault(R"({"pattern":"^b$"})", "\"b\\n\"") ==
        "expected text that matches ^b$, got \"b\\n\"");
  CHECK(fault(R"({"pattern":"^b$","x-abv-expected":"one b"})", "c") == "expected one b, got \"c\"");
}

TEST_CASE("each format says what it expects") {
  CHECK(fault(R"({"format":"uri"})", "htps://x") ==
        "expected an http or https URL, got \"htps://x\"");
  CHECK(fault(R"({"format":"ip"})", "localhost") == "expected an IP address, got \"localhost\"");
  CHECK(fault(R"({"format":"hostport"})", "x") == "expected host:port, got \"x\"");
  CHECK(fault(R"({"format":"proxy"})", "x") ==
        "expected a proxy as http://[user:password@]host:port, or nothing, got \"x\"");
}

TEST_CASE("a duration without its unit is refused with the rule") {
  const char* const rule = R"({"type":"string","format":"duration"})";
  CHECK(fault(rule, "5s") == "");
  CHECK(fault(rule, "none") == "");
  CHECK(fault(rule, "30") ==
        "expected a duration with its unit, such as \"250ms\", \"5s\", \"15m\", \"1h\", \"2d\" or "
        "\"none\", got \"30\"");
  CHECK(fault(rule, "true") ==
        "expected a duration with its unit, such as \"250ms\", \"5s\", \"15m\", \"1h\", \"2d\" or "
        "\"none\", got true");
}

TEST_CASE("a size is a text with a unit or a whole number of bytes") {
  const char* const rule = R"({"type":["string","integer"],"format":"size"})";
  const std::string expected =
      "expected a size, such as \"100MiB\", \"64KiB\", \"1GB\" or a whole number of bytes, got ";
  CHECK(fault(rule, "100MiB") == "");
  CHECK(fault(rule, "1048576") == "");
  CHECK(fault(rule, "-1") == expected + "-1");
  CHECK(fault(rule, "100M") == expected + "\"100M\"");
}

TEST_CASE("a secret is never shown") {
  CHECK(fault(R"({"type":"integer","x-abv-secret":true})", "sk-1") ==
        "expected an integer, got ***");
  CHECK(fault(R"({"format":"secret","minLength":9})", "sk-1") ==
        "expected at least 9 characters, got ***");
  CHECK(fault(R"({"format":"secret","enum":["sk-2"]})", "sk-1") == "expected \"sk-2\", got ***");
}

TEST_CASE("a value is secret when any rule for it says so") {
  CHECK(fault(R"({"type":"integer","allOf":[{"anyOf":[{"format":"secret"},{}]}]})", "sk-1") ==
        "expected an integer, got ***");
  CHECK(faults(R"({"properties":{"v":{"type":"integer","$ref":"#/$defs/s"}},
                   "$defs":{"s":{"x-abv-secret":true}}})",
               "v: sk-1\n") == "a.yaml:1:4: v: expected an integer, got ***");
}

TEST_CASE("what lies below a secret is secret") {
  Value value = yaml("v: {a: [x]}\n");
  CHECK(validate(value, schema(R"({"properties":{"v":{"x-abv-secret":true}}})")).empty());
  CHECK(value.lookup("v.a[0]")->is_secret());
}

TEST_CASE("a message does not show a password inside of a URL") {
  CHECK(fault(R"({"format":"proxy"})", "http://me:pw@proxy") ==
        "expected a proxy as http://[user:password@]host:port, or nothing, got "
        "\"http://***@proxy\"");
}

TEST_CASE("a long text is cut between characters") {
  CHECK(fault(R"({"type":"integer"})", std::string(79, 'x') + "äää") ==
        "expected an integer, got \"" + std::string(79, 'x') + "…\"");
}

TEST_CASE("a value from the environment names its variable") {
  CHECK(faults(R"({"properties":{"port":{"type":"integer"}}})", "port: ${PORT}\n",
               MapEnvironment{{"PORT", "abc"}}) ==
        "a.yaml:1:7: port: expected an integer, got \"abc\" from environment variable PORT");
}

TEST_CASE("a problem knows the keyword that is broken") {
  Value value = yaml("v: 0\n");
  const auto problems = validate(value, schema(R"({"properties":{"v":{"minimum":1}}})"));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].rule == "minimum");
  CHECK(problems[0].path == "v");
}

}  // namespace
}  // namespace abv::config
