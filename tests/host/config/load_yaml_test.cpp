#include "host/config/load_yaml.hpp"

#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

std::string place(const Value& value, const std::string& path) {
  const Value* const found = value.lookup(path);
  REQUIRE(found != nullptr);
  return found->place().text();
}

TEST_CASE("each value knows its line and column") {
  const Value value = yaml(
      "a: 1\n"
      "b: \"x\"\n"
      "c:\n"
      "  - p\n"
      "  - { q: 1, r: [2, 3] }\n"
      "d: |\n"
      "  text\n");
  CHECK(place(value, "a") == "a.yaml:1:4");
  CHECK(place(value, "b") == "a.yaml:2:4");
  CHECK(place(value, "c") == "a.yaml:4:3");
  CHECK(place(value, "c[0]") == "a.yaml:4:5");
  CHECK(place(value, "c[1]") == "a.yaml:5:5");
  CHECK(place(value, "c[1].r[1]") == "a.yaml:5:20");
  CHECK(place(value, "d") == "a.yaml:6:4");
  CHECK(value.members()[3].key_place.text() == "a.yaml:6:1");
}

TEST_CASE("a key with nothing behind it is null at the place of the key") {
  const Value value = yaml("a: 1\nb:\nc: 3\n");
  CHECK(value.find("b")->is_null());
  CHECK(place(value, "b") == "a.yaml:2:1");
}

TEST_CASE("a null that is written out has a place of its own") {
  CHECK(place(yaml("a: ~\n"), "a") == "a.yaml:1:4");
}

TEST_CASE("plain scalars are typed and quoted ones are strings") {
  CHECK(yaml("[1, '1', \"1\", true, 'true', yes, 0123, 1.5, null, ~, '']").to_json() ==
        R"([1,"1","1",true,"true","yes","0123",1.5,null,null,""])");
}

TEST_CASE("block scalars are strings") {
  CHECK(yaml("a: |\n  12\nb: >-\n  x\n  y\n").to_json() == R"({"a":"12\n","b":"x y"})");
}

TEST_CASE("standard tags say how to read a scalar") {
  CHECK(yaml("[!!str 5, !!int \"7\", !!str true]").to_json() == R"(["5",7,"true"])");
}

TEST_CASE("an unknown tag is an error with its place") {
  CHECK(yaml_error("a:\n  b: !secret x\n") == "a.yaml:2:6: a.b: the tag \"!secret\" is not known");
  CHECK(yaml_error("a: !x {}\n") == "a.yaml:1:4: a: the tag \"!x\" is not known");
}

TEST_CASE("keys keep their text, whatever it looks like") {
  CHECK(yaml("1: a\ntrue: b\n1.10: c\n").to_json() == R"({"1":"a","true":"b","1.10":"c"})");
}

TEST_CASE("a key that stands twice is an error with both places") {
  CHECK(yaml_error("a:\n  b: 1\n  c: 2\n  b: 3\n") ==
        "a.yaml:4:3: a.b: the key stands here for the second time; the first is at a.yaml:2:3");
}

TEST_CASE("a key that is no scalar is an error") {
  CHECK(yaml_error("? [a]\n: 1\n") == "a.yaml:1:3: expected a key, got a list or a mapping");
  CHECK(yaml_error("{null: 3}\n") == "a.yaml:1:2: expected a key, got nothing");
  CHECK(yaml_error("a: &x k\n*x : 1\n") == "a.yaml:2:1: expected a key, got an alias");
}

TEST_CASE("an alias is a copy of what its anchor stands at") {
  CHECK(yaml("a: &x {p: 1}\nb: [*x, *x]\nc: &s text\nd: *s\n").to_json() ==
        R"({"a":{"p":1},"b":[{"p":1},{"p":1}],"c":"text","d":"text"})");
}

TEST_CASE("a merge key adds what the mapping does not have itself") {
  CHECK(yaml("a: &x {p: 1, q: 2}\nb:\n  q: 9\n  <<: *x\n  r: 3\n").find("b")->to_json() ==
        R"({"q":9,"r":3,"p":1})");
}

TEST_CASE("of several merged mappings the first one wins") {
  CHECK(yaml("a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}\n").find("c")->to_json() ==
        R"({"p":1,"q":2})");
}

TEST_CASE("a quoted merge key is a plain member") {
  CHECK(yaml("a: {\"<<\": 1}\n").to_json() == R"({"a":{"<<":1}})");
}

TEST_CASE("only mappings can be merged") {
  CHECK(yaml_error("a:\n  <<: 5\n") ==
        "a.yaml:2:7: a[\"<<\"]: expected a mapping or a list of mappings to merge");
  CHECK(yaml_error("a:\n  <<: [5]\n") == "a.yaml:2:8: a[\"<<\"]: expected a mapping to merge");
}

TEST_CASE("a syntax error names line and column") {
  CHECK_THAT(yaml_error("a: 1\nb: [1, 2\n"),
             Catch::Matchers::StartsWith("a.yaml:3:1: not valid YAML: "));
  CHECK_THAT(yaml_error("a: b: c\n"), Catch::Matchers::StartsWith("a.yaml:1:5: not valid YAML: "));
  CHECK_THAT(yaml_error("a: *nope\n"), Catch::Matchers::StartsWith("a.yaml:1:4: not valid YAML: "));
}

TEST_CASE("a second document is an error at its place") {
  CHECK(yaml_error("---\na: 1\n---\nb: 2\n") ==
        "a.yaml:3:1: a second document starts here; the file must hold one only");
}

TEST_CASE("an empty document is an empty object at the start of the file") {
  CHECK(yaml("").to_json() == "{}");
  CHECK(yaml("# nothing\n").to_json() == "{}");
  CHECK(yaml("").place().text() == "a.yaml:1:1");
}

TEST_CASE("variables are expanded in strings and their names are kept") {
  const MapEnvironment environment{{"KEY", "sk-1"}, {"HOST", "h"}};
  const Value value = yaml("a: \"${KEY}\"\nb: http://${HOST}/${KEY}\nc: ${NO:-x}\n", environment);
  CHECK(value.to_json() == R"({"a":"sk-1","b":"http://h/sk-1","c":"x"})");
  CHECK(value.find("a")->origin().variable == "KEY");
  CHECK(value.find("b")->origin().variable == "HOST, KEY");
  CHECK(value.find("a")->is_from_environment());
  CHECK_FALSE(value.find("c")->is_from_environment());
}

TEST_CASE("a plain scalar that is one expansion is typed, a quoted or longer one is not") {
  const MapEnvironment environment{{"P", "8045"}, {"T", "true"}};
  CHECK(yaml("[x]\n").to_json() == R"(["x"])");
  CHECK(yaml("a: ${P}\nb: \"${P}\"\nc: ${P}0\nd: ${T}\ne: ${N:-1.5}\n", environment).to_json() ==
        R"({"a":8045,"b":"8045","c":"80450","d":true,"e":1.5})");
}

TEST_CASE("an expansion never gives null") {
  const MapEnvironment environment{{"N", "null"}, {"E", ""}};
  CHECK(yaml("a: ${N}\nb: ${E}\nc: ${X:-}\n", environment).to_json() ==
        R"({"a":"null","b":"","c":""})");
}

TEST_CASE("the text of a variable adds no structure") {
  const MapEnvironment environment{{"EVIL", "x\nadmin: true\nlist: [1, 2]"}};
  const Value value = yaml("a: ${EVIL}\n", environment);
  CHECK(value.size() == 1);
  CHECK(value.find("a")->text() == "x\nadmin: true\nlist: [1, 2]");
}

TEST_CASE("keys and anchors are not expanded") {
  const MapEnvironment environment{{"K", "v"}};
  CHECK(yaml("${K}: 1\n", environment).to_json() == R"({"${K}":1})");
}

TEST_CASE("all faults that can be told apart are named, one a line") {
  CHECK(yaml_error("a:\n  - ${ONE}\n  - ${TWO:?needed}\nb: 1\nb: 2\n") ==
        "a.yaml:2:5: a[0]: environment variable ONE is not set; set it, or give a default: "
        "${ONE:-…}\n"
        "a.yaml:3:5: a[1]: environment variable TWO is not set: needed\n"
        "a.yaml:5:1: b: the key stands here for the second time; the first is at a.yaml:4:1");
}

TEST_CASE("a file that is not UTF-8 is refused with the place") {
  CHECK(yaml_error("a: 1\nb: \"\xC3\xA9\xFC\"\n") == "a.yaml:2:7: not valid UTF-8");
  CHECK(yaml_error("\x80: 1\n") == "a.yaml:1:1: not valid UTF-8");
}

TEST_CASE("a file in UTF-16 is read as any other") {
  using std::string_literals::operator""s;
  CHECK(yaml("\xFF\xFE"
             "a\0:\0 \0\xE9\0\n\0"s)
            .to_json() == "{\"a\":\"\xC3\xA9\"}");
}

TEST_CASE("a file that is not there is named") {
  const auto loaded = load_yaml_file("/nonexistent/abv.yaml", MapEnvironment());
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().code == Error::Code::kNotFound);
  CHECK(loaded.error().message ==
        "/nonexistent/abv.yaml: cannot be opened: No such file or directory");
}

}  // namespace
}  // namespace abv::config
