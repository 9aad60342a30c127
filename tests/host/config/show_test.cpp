#include "host/config/show.hpp"

#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

TEST_CASE("each scalar is shown with its origin") {
  const MapEnvironment environment{{"NAME", "n"}};
  Value value = yaml("a: 1\nb: ${NAME}\nc:\n  d: x\n", environment);
  REQUIRE(validate(value, schema(R"({"properties":{"e":{"default":true}}})")).empty());
  CHECK(show(value) ==
        "a: 1  # a.yaml:1\n"
        "b: n  # environment NAME\n"
        "c:\n"
        "  d: x  # a.yaml:4\n"
        "e: true  # default\n");
}

TEST_CASE("lists of objects, of scalars and of lists are indented") {
  CHECK(show(yaml("r:\n- {a: 1, b: {c: 2}}\n- 3\n- [4, 5]\n- [{d: 6}]\n")) ==
        "r:\n"
        "  - a: 1  # a.yaml:2\n"
        "    b:\n"
        "      c: 2  # a.yaml:2\n"
        "  - 3  # a.yaml:3\n"
        "  -\n"
        "    - 4  # a.yaml:4\n"
        "    - 5  # a.yaml:4\n"
        "  -\n"
        "    - d: 6  # a.yaml:5\n");
}

TEST_CASE("empty containers are shown as such") {
  CHECK(show(yaml("a: {}\nb: []\n")) == "a: {}  # a.yaml:1\nb: []  # a.yaml:2\n");
  CHECK(show(yaml("{}")) == "{}  # a.yaml:1\n");
}

TEST_CASE("a secret is three stars, an empty one is empty") {
  Value value = yaml("a: sk-1\nb: ''\nc: 123\n");
  value.mark_secret();
  CHECK(show(value) == "a: \"***\"  # a.yaml:1\nb: \"\"  # a.yaml:2\nc: \"***\"  # a.yaml:3\n");
}

TEST_CASE("a password inside of a URL is not shown") {
  CHECK(show(yaml("a: http://me:pw@proxy:3128/x\n")) ==
        "a: \"http://***@proxy:3128/x\"  # a.yaml:1\n");
}

TEST_CASE("only user and password are hidden from a URL") {
  CHECK(without_password("https://h/p@q") == "https://h/p@q");
  CHECK(without_password("https://u@h/p@q") == "https://***@h/p@q");
  CHECK(without_password("a@b") == "a@b");
  CHECK(without_password("http://") == "http://");
}

TEST_CASE("what is shown reads back as the same values") {
  const char* const text =
      "a: 'true'\nb: '5'\nc: '# x'\nd: \"l\\n\\\"q\\\"\"\ne: '- x'\nf: ''\ng: '$${X}'\nh: yes\n"
      "i: ./data\nj: null\nk: 1.10\nl: 'a: b'\nm: '...'\n'key: x': [[], {}, [{}]]\no: ~\n"
      "'5': 1\np: ' x '\nq: 0x1f\nr: '-'\ns: \"\\u00e4\"\n";
  const Value value = yaml(text);
  const Value back = yaml(show(value));
  CHECK(back.to_json() == value.to_json());
}

TEST_CASE("brief cuts long texts and names containers") {
  CHECK(brief(yaml("[1, 2]")) == "a list of 2");
  CHECK(brief(yaml("{a: 1}")) == "an object");
  CHECK(brief(yaml("'" + std::string(100, 'x') + "'")) == "\"" + std::string(80, 'x') + "…\"");
  CHECK(brief(Value()) == "nothing");
  CHECK(brief(yaml("1.10")) == "1.10");
}

}  // namespace
}  // namespace abv::config
