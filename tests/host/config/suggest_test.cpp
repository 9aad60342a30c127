#include "host/config/suggest.hpp"

#include "tests/support/catch.hpp"

namespace abv::config {
namespace {

TEST_CASE("the distance counts added, dropped, changed and swapped letters") {
  CHECK(edit_distance("port", "port") == 0);
  CHECK(edit_distance("prt", "port") == 1);
  CHECK(edit_distance("porrt", "port") == 1);
  CHECK(edit_distance("pork", "port") == 1);
  CHECK(edit_distance("prot", "port") == 1);
  CHECK(edit_distance("", "port") == 4);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest candidate is suggested") {
  CHECK(did_you_mean("provider", {"routes", "providers", "plugins"}) ==
        "; did you mean \"providers\"?");
  CHECK(did_you_mean("dat_dir", {"data_dir", "date_dir"}) == "; did you mean \"data_dir\"?");
}

TEST_CASE("case does not count") {
  CHECK(nearest("INFO", {"info", "warn"}) == "info");
}

TEST_CASE("nothing is suggested when all candidates are far") {
  CHECK(did_you_mean("colour", {"port", "host"}) == "");
  CHECK(did_you_mean("x", {"y"}) == "");
  CHECK(did_you_mean("", {"a", "port"}) == "");
  CHECK(did_you_mean("port", {}) == "");
}

TEST_CASE("a text of a thousand letters is not compared at all") {
  CHECK(nearest(std::string(1000, 'a'), {std::string(1000, 'a')}) == "");
  CHECK(nearest("port", {std::string(1000, 'a')}) == "");
}

}  // namespace
}  // namespace abv::config
