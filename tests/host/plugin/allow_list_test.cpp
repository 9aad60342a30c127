#include "host/plugin/allow_list.hpp"

#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

TEST_CASE("a plugin is found by its id", "[plugin][allow]") {
  const AllowList list =
      AllowList::build({{"abv.a", "", "", ""}, {"abv.b", "", "b.so", ""}}).value();

  REQUIRE(list.find("abv.b").ok());
  CHECK((*list.find("abv.b"))->file == "b.so");
}

TEST_CASE("what is not listed is denied with the line that would allow it", "[plugin][allow]") {
  const auto found = AllowList().find("org.example.x");

  REQUIRE_FALSE(found.ok());
  CHECK(found.error().code == Error::Code::kDenied);
  CHECK_THAT(found.error().message,
             ContainsSubstring("add { id: org.example.x } to plugins.allow"));
}

TEST_CASE("a malformed line is refused with its place", "[plugin][allow]") {
  AllowedPlugin bad{"abv.a", "", "", "abv.yaml:3:5"};
  std::string rule;
  SECTION("an illegal id") {
    bad.id = "Abv A";
    rule = "expected an id of a-z, 0-9, '.' and '-', got \"Abv A\"";
  }
  SECTION("a short digest") {
    bad.sha256 = "abc";
    rule = "the sha256 of abv.a is not 64 lower-case hex digits";
  }
  SECTION("an id that is there already") {
    bad.id = "abv.first";
    rule = "abv.first is there twice";
  }

  const auto list = AllowList::build({{"abv.first", "", "", "abv.yaml:2:5"}, bad});

  REQUIRE_FALSE(list.ok());
  CHECK(list.error().message == "abv.yaml:3:5: plugins.allow: " + rule);
}

}  // namespace
}  // namespace abv::plugin
