#include "host/http/client_watch.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/host/http/two_ends.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::http::ClientWatch;
using abv::test::TwoEnds;

// A client that is watched.
class Watched {
 public:
  explicit Watched(ClientWatch& watch) {
    registration_.emplace(watch, ends_.fd());
    expect();
  }

  void expect() {
    registration_->expect([this] {
      ++times_;
      if (times_ == 1) {
        gone_.set_value();
      }
    });
  }

  TwoEnds& client() { return ends_; }
  void wait_until_gone() { gone_.get_future().wait(); }
  int times() const { return times_; }
  void forget() { registration_->forget(); }
  void end() { registration_.reset(); }

 private:
  TwoEnds ends_;
  std::atomic<int> times_{0};
  std::promise<void> gone_;
  std::optional<ClientWatch::Registration> registration_;
};

void watch_many(std::list<Watched>& clients, ClientWatch& watch, int count) {
  for (int i = 0; i < count; ++i) {
    clients.emplace_back(watch);
  }
}

// When this returns, the watch has dealt with all that happened before: it takes events in order.
void let_it_catch_up(ClientWatch& watch) {
  Watched last(watch);
  last.client().reset();
  last.wait_until_gone();
}

// Connections that end while their registrations come and go. Each callback touches what dies right
// after its registration.
void come_and_go(ClientWatch& watch, int times, std::atomic<int>& told) {
  for (int i = 0; i < times; ++i) {
    TwoEnds ends;
    auto alive = std::make_unique<int>(0);
    {
      ClientWatch::Registration registration(watch, ends.fd());
      registration.expect([&] {
        ++*alive;
        ++told;
      });
      ends.close();
      registration.forget();
    }
    alive.reset();
  }
}

}  // namespace

TEST_CASE("a client that closes is noticed", "[http][watch]") {
  ClientWatch watch(true);
  Watched one(watch);

  one.client().close();

  one.wait_until_gone();
  CHECK(one.times() == 1);
}

TEST_CASE("a client that resets is noticed, with and without half-close", "[http][watch]") {
  ClientWatch strict(true);
  ClientWatch lenient(false);
  Watched one(strict);
  Watched two(lenient);

  one.client().reset();
  two.client().reset();

  one.wait_until_gone();
  two.wait_until_gone();
  CHECK(two.times() == 1);
}

TEST_CASE("a client that had gone before it was watched is noticed", "[http][watch]") {
  ClientWatch watch(true);
  TwoEnds ends;
  ends.close();
  ends.wait_for_arrival();
  std::promise<void> gone;

  ClientWatch::Registration registration(watch, ends.fd());
  registration.expect([&] { gone.set_value(); });

  gone.get_future().wait();
  SUCCEED();
}

TEST_CASE("a half-close counts as a departure where that is wanted", "[http][watch]") {
  ClientWatch watch(true);
  Watched one(watch);

  one.client().half_close();

  one.wait_until_gone();
  CHECK(one.times() == 1);
}

TEST_CASE("a half-close is none where it is not, but a reset after it is", "[http][watch]") {
  ClientWatch watch(false);
  Watched one(watch);
  one.client().half_close();
  one.client().wait_for_arrival();
  let_it_catch_up(watch);
  CHECK(one.times() == 0);

  one.client().reset();

  one.wait_until_gone();
  CHECK(one.times() == 1);
}

TEST_CASE("a client that sends its next request has not gone", "[http][watch]") {
  ClientWatch watch(true);
  Watched one(watch);

  one.client().say("GET / HTTP/1.1\r\n\r\n");
  one.client().wait_for_arrival();
  let_it_catch_up(watch);
  CHECK(one.times() == 0);

  one.client().close();
  one.wait_until_gone();
  CHECK(one.times() == 1);
}

TEST_CASE("a departure is told once, however it goes on", "[http][watch]") {
  ClientWatch watch(true);
  Watched one(watch);

  one.client().half_close();
  one.wait_until_gone();
  one.client().reset();
  one.client().wait_for_arrival();
  let_it_catch_up(watch);

  CHECK(one.times() == 1);
}

TEST_CASE("nothing is told after it was forgotten", "[http][watch]") {
  ClientWatch watch(true);
  Watched one(watch);

  one.forget();
  one.client().close();
  one.client().wait_for_arrival();
  let_it_catch_up(watch);

  CHECK(one.times() == 0);
}

TEST_CASE("nothing is told after the registration is gone", "[http][watch]") {
  ClientWatch watch(true);
  Watched one(watch);

  one.end();
  one.client().close();
  one.client().wait_for_arrival();
  let_it_catch_up(watch);

  CHECK(one.times() == 0);
}

TEST_CASE("a connection can be watched call after call", "[http][watch]") {
  ClientWatch watch(true);
  TwoEnds ends;
  ClientWatch::Registration registration(watch, ends.fd());
  int first = 0;
  std::promise<void> gone;
  registration.expect([&] { ++first; });
  registration.forget();

  registration.expect([&] { gone.set_value(); });
  ends.close();

  gone.get_future().wait();
  CHECK(first == 0);
}

TEST_CASE("a client that left between two calls is told of as soon as it is expected to stay",
          "[http][watch]") {
  ClientWatch watch(true);
  Watched one(watch);
  one.forget();
  one.client().close();
  one.client().wait_for_arrival();
  let_it_catch_up(watch);
  REQUIRE(one.times() == 0);

  one.expect();
  CHECK(one.times() == 1);

  one.forget();
  one.expect();
  CHECK(one.times() == 2);
}

TEST_CASE("a half-close between two calls counts where it counts within one", "[http][watch]") {
  ClientWatch strict(true);
  ClientWatch lenient(false);
  Watched one(strict);
  Watched two(lenient);
  one.forget();
  two.forget();
  one.client().half_close();
  two.client().half_close();
  one.client().wait_for_arrival();
  two.client().wait_for_arrival();
  let_it_catch_up(strict);
  let_it_catch_up(lenient);

  one.expect();
  two.expect();

  CHECK(one.times() == 1);
  CHECK(two.times() == 0);
}

TEST_CASE("the end of a registration waits for the callback that is running", "[http][watch]") {
  ClientWatch watch(true);
  TwoEnds ends;
  std::promise<void> running;
  std::promise<void> go_on;
  std::atomic<bool> is_over{false};
  std::optional<ClientWatch::Registration> registration;
  registration.emplace(watch, ends.fd());
  registration->expect([&] {
    running.set_value();
    go_on.get_future().wait();
    is_over = true;
  });
  ends.close();
  running.get_future().wait();

  std::promise<void> ending;
  auto was_over = std::async(std::launch::async, [&] {
    ending.set_value();
    registration.reset();
    return is_over.load();
  });
  ending.get_future().wait();
  go_on.set_value();

  CHECK(was_over.get());
}

TEST_CASE("to forget waits for the callback that is running", "[http][watch]") {
  ClientWatch watch(true);
  TwoEnds ends;
  std::promise<void> running;
  std::promise<void> go_on;
  std::atomic<bool> is_over{false};
  ClientWatch::Registration registration(watch, ends.fd());
  registration.expect([&] {
    running.set_value();
    go_on.get_future().wait();
    is_over = true;
  });
  ends.close();
  running.get_future().wait();

  std::promise<void> ending;
  auto was_over = std::async(std::launch::async, [&] {
    ending.set_value();
    registration.forget();
    return is_over.load();
  });
  ending.get_future().wait();
  go_on.set_value();

  CHECK(was_over.get());
}

TEST_CASE("a watch that ends leaves those alone who did not go", "[http][watch]") {
  TwoEnds ends;
  int told = 0;
  {
    ClientWatch watch(true);
    ClientWatch::Registration registration(watch, ends.fd());
    registration.expect([&] { ++told; });
  }

  CHECK(told == 0);
}

TEST_CASE("many clients are watched at once and each is told of by itself", "[http][watch]") {
  ClientWatch watch(true);
  std::list<Watched> clients;
  watch_many(clients, watch, 200);

  std::for_each(clients.begin(), clients.end(), [](Watched& one) { one.client().close(); });
  std::for_each(clients.begin(), clients.end(), [](Watched& one) { one.wait_until_gone(); });

  CHECK(std::all_of(clients.begin(), clients.end(),
                    [](const Watched& one) { return one.times() == 1; }));
}

TEST_CASE("registrations of many threads come and go while clients leave", "[http][watch]") {
  ClientWatch watch(true);
  std::atomic<int> told{0};
  std::vector<std::thread> threads;
  std::generate_n(std::back_inserter(threads), 4,
                  [&] { return std::thread([&] { come_and_go(watch, 100, told); }); });

  std::for_each(threads.begin(), threads.end(), [](std::thread& thread) { thread.join(); });

  CHECK(told <= 400);
}
