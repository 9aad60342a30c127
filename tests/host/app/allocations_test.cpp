// On the raw lane nothing is allocated for a chunk that passes. A program of its own, because it
// replaces operator new, which plugins use as well.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace {

std::atomic<bool> is_counting{false};
std::atomic<std::size_t> allocations{0};
thread_local bool is_of_the_test = false;  // of its client or its upstream

}  // namespace

void* operator new(std::size_t bytes) {
  if (is_counting && !is_of_the_test) {
    ++allocations;
  }
  if (void* const memory = std::malloc(bytes)) {
    return memory;
  }
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}

namespace abv::test {
namespace {

constexpr std::size_t kFirstPieces = 50;  // until all buffers are as long as they get
constexpr std::size_t kPieces = 500;

std::string piece(std::size_t number) {
  return "piece " + std::to_string(1000 + number);
}

// The frames of `wire` with its one text in many pieces.
std::vector<std::string> in_pieces(const Wire& wire) {
  constexpr std::string_view kText = "hel";
  std::vector<std::string> frames;
  for (const std::string& frame : wire.frames) {
    const std::size_t at = frame.find(kText);
    if (at == std::string::npos) {
      frames.push_back(frame);
      continue;
    }
    for (std::size_t i = 0; i < kFirstPieces + kPieces; ++i) {
      frames.push_back(std::string(frame).replace(at, kText.size(), piece(i)));
    }
  }
  return frames;
}

// Sends a frame whenever `next` allows one more.
FakeServer::Handler sends_slowly(const std::vector<std::string>& frames,
                                 std::counting_semaphore<>& next) {
  return [&](FakeConnection& connection, const FakeRequest&) {
    is_of_the_test = true;
    connection.send(sse_head());
    for (const std::string& frame : frames) {
      next.acquire();
      connection.send(chunk(frame));
    }
    connection.send(last_chunk());
  };
}

// Takes pieces one by one: the next one is sent when this one is here.
void take(Client& client, std::size_t begin, std::size_t end, std::counting_semaphore<>& next) {
  for (std::size_t i = begin; i < end; ++i) {
    client.read_until(piece(i));
    next.release();
  }
}

std::size_t allocations_while_streaming(const Wire& wire) {
  is_of_the_test = true;
  const std::vector<std::string> frames = in_pieces(wire);
  std::counting_semaphore<> next(static_cast<std::ptrdiff_t>(wire.frames.size()));
  FakeServer upstream(sends_slowly(frames, next));
  Host host(proxy_to(upstream));
  host.start();
  Client client = host.connect();
  client.send(request("POST", wire.stream_path, wire.stream_body));
  take(client, 0, kFirstPieces, next);
  allocations = 0;
  is_counting = true;
  take(client, kFirstPieces, kFirstPieces + kPieces, next);
  is_counting = false;
  const Answer answer = client.read_answer();
  REQUIRE(answer.is_complete);
  return allocations;
}

}  // namespace

TEST_CASE("a chunk passes the raw lane without an allocation", "[app][stream]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  // Not zero: threads that look after the host may allocate meanwhile, one chunk in a hundred at
  // most.
  CHECK(allocations_while_streaming(wire) <= kPieces / 100);
}

// Else the test above would see nothing.
TEST_CASE("an allocation of a thread that serves calls is counted", "[app][stream]") {
  allocations = 0;
  is_counting = true;
  std::thread([] { std::string(100, 'x').swap(*std::make_unique<std::string>()); }).join();
  is_counting = false;
  CHECK(allocations >= 2);
}

}  // namespace abv::test
