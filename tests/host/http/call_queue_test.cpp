#include "host/http/call_queue.hpp"

#include <string>
#include <thread>
#include <utility>

#include "tests/support/catch.hpp"

namespace {

using abv::Nanos;
using abv::http::CallMessage;
using abv::http::CallQueue;

constexpr Nanos kBegin{5};
constexpr std::uint64_t kMost = 100;

CallMessage message(std::string body) {
  CallMessage made;
  made.body = std::move(body);
  return made;
}

}  // namespace

TEST_CASE("messages are given out in their order", "[http][websocket]") {
  CallQueue queue(kBegin);
  queue.push(message("a"), kMost);
  queue.push(message("b"), kMost);

  CHECK(queue.next()->body == "a");
  queue.done(Nanos{6});
  CHECK(queue.next()->body == "b");
}

TEST_CASE("a connection is idle when nothing runs and nothing waits", "[http][websocket]") {
  CallQueue queue(kBegin);
  CHECK(queue.idle_since() == kBegin);
  queue.push(message("a"), kMost);
  CHECK(queue.idle_since() == std::nullopt);
  CHECK(queue.has_waiting());
  (void)queue.next();
  CHECK(queue.idle_since() == std::nullopt);
  CHECK_FALSE(queue.has_waiting());
  queue.done(Nanos{9});
  CHECK(queue.idle_since() == Nanos{9});
}

TEST_CASE("an end wakes who waits for a message, and drops what waits", "[http][websocket]") {
  CallQueue queue(kBegin);
  bool has_message = true;
  std::thread waiting([&] { has_message = queue.next().has_value(); });
  queue.end();
  waiting.join();
  CHECK_FALSE(has_message);

  queue.push(message("a"), kMost);
  CHECK(queue.next() == std::nullopt);
  CHECK(queue.is_over());
}

TEST_CASE("a message waits for room in number and in bytes, but the first one never",
          "[http][websocket]") {
  CallQueue by_bytes(kBegin);
  by_bytes.push(message(std::string(1000, 'x')), kMost);
  std::thread bytes([&] { by_bytes.push(message("second"), kMost); });
  CHECK(by_bytes.next()->body.size() == 1000);
  CHECK(by_bytes.next()->body == "second");
  bytes.join();

  CallQueue by_number(kBegin);
  for (std::size_t i = 0; i < CallQueue::kMostWaiting; ++i) {
    by_number.push(message(""), kMost);
  }
  std::thread number([&] { by_number.push(message("last"), kMost); });
  for (std::size_t i = 0; i < CallQueue::kMostWaiting; ++i) {
    CHECK(by_number.next()->body.empty());
  }
  CHECK(by_number.next()->body == "last");
  number.join();
}

TEST_CASE("an end lets go of who waits for room", "[http][websocket]") {
  CallQueue queue(kBegin);
  queue.push(message("a"), 1);
  std::thread waiting([&] { queue.push(message("b"), 1); });
  queue.end();
  waiting.join();
  CHECK(queue.is_over());
}
