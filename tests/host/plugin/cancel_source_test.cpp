#include <thread>

#include "host/plugin/call_handle.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

TEST_CASE("cancelling runs what is registered once", "[plugin][cancel]") {
  CancelSource source;
  int runs = 0;
  source.on_cancel([&] { ++runs; });

  source.cancel();
  source.cancel();

  CHECK(source.cancelled());
  CHECK(runs == 1);
}

TEST_CASE("what is registered after cancelling runs at once", "[plugin][cancel]") {
  CancelSource source;
  source.cancel();
  int runs = 0;

  source.on_cancel([&] { ++runs; });

  CHECK(runs == 1);
}

TEST_CASE("what is forgotten does not run", "[plugin][cancel]") {
  CancelSource source;
  int runs = 0;
  const CallHandle::CancelId id = source.on_cancel([&] { ++runs; });
  source.on_cancel([&] { runs += 10; });

  source.forget(id);
  source.cancel();

  CHECK(runs == 10);
}

TEST_CASE("a source that is used again has nothing of its last call", "[plugin][cancel]") {
  CancelSource source;
  int runs = 0;
  source.on_cancel([&] { ++runs; });

  source.reset();
  source.cancel();
  source.reset();

  CHECK(runs == 0);
  CHECK_FALSE(source.cancelled());
}

TEST_CASE("forgetting waits for what is running", "[plugin][cancel]") {
  CancelSource source;
  auto touched = std::make_unique<int>(0);
  const CallHandle::CancelId id = source.on_cancel([&] { ++*touched; });

  std::thread canceller([&] { source.cancel(); });
  source.forget(id);
  touched.reset();  // the sanitizers would see a late callback
  canceller.join();

  CHECK(source.cancelled());
}

}  // namespace
}  // namespace abv::plugin
