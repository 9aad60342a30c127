#include "host/lane/traffic.hpp"

#include <algorithm>
#include <future>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "tests/host/lane/given_call.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::Nanos;
using abv::lane::Traffic;
using abv::test::GivenCall;
using Entry = abv::lane::Traffic::Entry;

constexpr Nanos kNoPatience{0};
constexpr Nanos kAllPatience = std::chrono::minutes(10);

// Calls that come and go on a thread of their own, each with a body.
void come_and_go(Traffic& traffic, int times) {
  for (int i = 0; i < times; ++i) {
    GivenCall call;
    Entry entry(traffic, *call);
    (void)entry.book(100, 1'000'000);
  }
}

}  // namespace

TEST_CASE("calls are counted for as long as they live", "[lane][traffic]") {
  Traffic traffic;
  GivenCall one;
  GivenCall two;
  CHECK(traffic.count() == 0);

  std::optional<Entry> first(std::in_place, traffic, *one);
  std::optional<Entry> second(std::in_place, traffic, *two);
  CHECK(traffic.count() == 2);

  first.reset();
  CHECK(traffic.count() == 1);
  second.reset();
  CHECK(traffic.count() == 0);
}

TEST_CASE("what may become a body is booked with the bodies, as it grows", "[lane][traffic]") {
  const auto traffic = std::make_shared<Traffic>();
  GivenCall one;
  Entry entry(*traffic, *one);
  REQUIRE(entry.book(50, 100));
  {
    Traffic::Booking first(traffic);
    CHECK(first.cover(30, 100));
    CHECK(first.cover(30, 100));
    CHECK(first.cover(20, 100));
    CHECK(traffic->body_bytes() == 80);
    Traffic::Booking moved(std::move(first));
    CHECK(moved.cover(50, 100));
    CHECK_FALSE(moved.cover(51, 100));
  }
  CHECK(traffic->body_bytes() == 50);
}

TEST_CASE("bodies are booked together up to the limit and no byte further", "[lane][traffic]") {
  Traffic traffic;
  GivenCall one;
  GivenCall two;
  Entry first(traffic, *one);
  Entry second(traffic, *two);

  CHECK(first.book(60, 100));
  CHECK(second.book(40, 100));
  CHECK_FALSE(first.book(1, 100));
}

TEST_CASE("a call that ends gives back all it booked, also what was refused", "[lane][traffic]") {
  Traffic traffic;
  GivenCall one;
  GivenCall two;
  std::optional<Entry> greedy(std::in_place, traffic, *one);
  Entry modest(traffic, *two);
  CHECK(greedy->book(90, 100));
  CHECK_FALSE(greedy->book(1000, 100));

  greedy.reset();

  CHECK(traffic.body_bytes() == 0);
  CHECK(modest.book(100, 100));
}

TEST_CASE("all calls in progress are cancelled, those to come are not", "[lane][traffic]") {
  Traffic traffic;
  GivenCall one;
  GivenCall two;
  GivenCall gone;
  GivenCall late;
  const Entry first(traffic, *one);
  const Entry second(traffic, *two);
  std::optional<Entry> third(std::in_place, traffic, *gone);
  third.reset();

  traffic.cancel_all();
  const Entry fourth(traffic, *late);

  CHECK(one->cancelled());
  CHECK(two->cancelled());
  CHECK(two->abort().aborted());
  CHECK_FALSE(gone->cancelled());
  CHECK_FALSE(late->cancelled());
}

TEST_CASE("without calls it is quiet at once, with one it is not", "[lane][traffic]") {
  Traffic traffic;
  GivenCall call;
  CHECK(traffic.wait_until_quiet(kNoPatience));

  const Entry entry(traffic, *call);

  CHECK_FALSE(traffic.wait_until_quiet(kNoPatience));
}

TEST_CASE("the end of the last call ends the wait", "[lane][traffic]") {
  Traffic traffic;
  GivenCall call;
  std::optional<Entry> entry(std::in_place, traffic, *call);
  std::promise<void> waiting;

  auto quiet = std::async(std::launch::async, [&] {
    waiting.set_value();
    return traffic.wait_until_quiet(kAllPatience);
  });
  waiting.get_future().wait();
  entry.reset();

  CHECK(quiet.get());
  CHECK(traffic.count() == 0);
}

TEST_CASE("calls of many threads add up to nothing when they are over", "[lane][traffic]") {
  Traffic traffic;
  std::list<std::thread> threads;
  std::generate_n(std::back_inserter(threads), 4,
                  [&] { return std::thread(come_and_go, std::ref(traffic), 200); });

  traffic.cancel_all();
  std::for_each(threads.begin(), threads.end(), [](std::thread& thread) { thread.join(); });

  CHECK(traffic.count() == 0);
  CHECK(traffic.body_bytes() == 0);
  CHECK(traffic.wait_until_quiet(kNoPatience));
}
