#include "host/lane/arena.hpp"

#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

using abv::lane::Arena;

bool is_aligned(const void* place, std::size_t align) {
  return place != nullptr && reinterpret_cast<std::uintptr_t>(place) % align == 0;
}

// Fills allocations of 1, 2, … `count` bytes, each with its own letter, and counts those that kept
// it.
int kept_letters(Arena& arena, int count) {
  std::vector<std::string_view> texts;
  for (int i = 0; i < count; ++i) {
    texts.push_back(
        arena.keep(std::string(static_cast<std::size_t>(i) + 1, static_cast<char>('a' + i % 26))));
  }
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    const std::string_view text = texts[static_cast<std::size_t>(i)];
    kept += text == std::string(static_cast<std::size_t>(i) + 1, static_cast<char>('a' + i % 26))
                ? 1
                : 0;
  }
  return kept;
}

// How many blocks of `size` bytes there are before the limit.
int count_until_full(Arena& arena, std::size_t size) {
  int count = 0;
  while (arena.alloc(size, 1) != nullptr && count < 1'000'000) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("memory of the arena is aligned as asked, in any order", "[lane][arena]") {
  Arena arena;

  CHECK(is_aligned(arena.alloc(1, 1), 1));
  CHECK(is_aligned(arena.alloc(8, 8), 8));
  CHECK(is_aligned(arena.alloc(3, 1), 1));
  CHECK(is_aligned(arena.alloc(64, 64), 64));
  CHECK(is_aligned(arena.alloc(1, 4096), 4096));
  CHECK(is_aligned(arena.alloc(10'000, 4096), 4096));
  CHECK(is_aligned(arena.alloc(1, 2), 2));
}

TEST_CASE("an alignment that is no power of two, or above a page, is refused", "[lane][arena]") {
  Arena arena;

  CHECK(arena.alloc(8, 0) == nullptr);
  CHECK(arena.alloc(8, 3) == nullptr);
  CHECK(arena.alloc(8, 24) == nullptr);
  CHECK(arena.alloc(8, 8192) == nullptr);
  CHECK(arena.alloc(8, 8) != nullptr);
}

TEST_CASE("whole allocations can be written without touching each other", "[lane][arena]") {
  Arena arena;
  void* const first = arena.alloc(100, 8);
  void* const second = arena.alloc(5000, 8);
  void* const third = arena.alloc(100, 8);
  REQUIRE(first != nullptr);
  REQUIRE(second != nullptr);
  REQUIRE(third != nullptr);

  std::memset(first, 1, 100);
  std::memset(third, 3, 100);
  std::memset(second, 2, 5000);

  CHECK(static_cast<char*>(first)[99] == 1);
  CHECK(static_cast<char*>(third)[0] == 3);
}

TEST_CASE("texts stay as they were while more are kept", "[lane][arena]") {
  Arena arena;

  CHECK(kept_letters(arena, 500) == 500);
}

TEST_CASE("what is kept is a copy, and nothing takes no memory", "[lane][arena]") {
  Arena arena(0);
  std::string text;

  CHECK(arena.keep(text).empty());

  Arena roomy;
  text = "hello";
  const std::string_view kept = roomy.keep(text);
  text = "other";
  CHECK(kept == "hello");
}

TEST_CASE("the arena ends at its limit with null and not with a crash", "[lane][arena]") {
  Arena arena(64 * 1024);

  CHECK(arena.alloc(64 * 1024 + 1, 1) == nullptr);
  CHECK(arena.alloc(SIZE_MAX, 1) == nullptr);
  CHECK(arena.alloc(SIZE_MAX - 8, 16) == nullptr);
  CHECK(count_until_full(arena, 1024) == 64);
  CHECK(arena.alloc(1024, 1) == nullptr);
}

TEST_CASE("all of the last block can be used", "[lane][arena]") {
  Arena arena(4096);

  CHECK(count_until_full(arena, 1) == 4096);
}

TEST_CASE("keeping a text beyond the limit throws", "[lane][arena]") {
  Arena arena(16);

  CHECK_THROWS_AS(arena.keep(std::string(100, 'x')), std::bad_alloc);
}
