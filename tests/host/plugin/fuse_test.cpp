#include "host/plugin/fuse.hpp"

#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

using std::chrono::seconds;

TEST_CASE("a fuse blows once, at the last of too many failures", "[plugin][fuse]") {
  Fuse fuse(3, seconds(10));

  CHECK_FALSE(fuse.record_failure(seconds(1)));
  CHECK_FALSE(fuse.record_failure(seconds(2)));
  CHECK_FALSE(fuse.blown());
  CHECK(fuse.record_failure(seconds(11)));
  CHECK(fuse.blown());
  CHECK_FALSE(fuse.record_failure(seconds(12)));
}

TEST_CASE("failures that are far apart do not blow a fuse", "[plugin][fuse]") {
  Fuse fuse(3, seconds(10));

  fuse.record_failure(seconds(0));
  fuse.record_failure(seconds(6));
  CHECK_FALSE(fuse.record_failure(seconds(12)));
  CHECK_FALSE(fuse.record_failure(seconds(18)));
  CHECK(fuse.record_failure(seconds(19)));
}

TEST_CASE("a fuse for no failures never blows", "[plugin][fuse]") {
  Fuse fuse(0, seconds(10));

  CHECK_FALSE(fuse.record_failure(seconds(1)));
  CHECK_FALSE(fuse.blown());
}

}  // namespace
}  // namespace abv::plugin
