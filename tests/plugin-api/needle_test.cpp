#include "abv/sdk/needle.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;

std::vector<std::size_t> places(std::string_view text, const std::vector<std::string>& hays) {
  const sdk::Needle needle(text);
  std::vector<std::size_t> found;
  for (const auto& hay : hays)
    found.push_back(needle.find(hay));
  return found;
}

std::vector<std::size_t> plain_places(std::string_view text, const std::vector<std::string>& hays) {
  std::vector<std::size_t> found;
  for (const auto& hay : hays)
    found.push_back(hay.find(text));
  return found;
}

// All texts of up to `longest` bytes of the letters a and b.
std::vector<std::string> texts(std::size_t longest) {
  std::vector<std::string> all{""};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].size() == longest) continue;
    all.push_back(all[i] + "a");
    all.push_back(all[i] + "b");
  }
  return all;
}

TEST_CASE("a needle is found first where std::string finds it first, in every short text") {
  const auto hays = texts(9);
  for (const char* text : {"a", "ab", "aa", "aba", "abab", "aabaa"}) {
    INFO(text);
    CHECK(places(text, hays) == plain_places(text, hays));
  }
}

TEST_CASE("a needle is found at the ends and between bytes beyond ASCII") {
  const sdk::Needle needle("\"usage\"");
  CHECK(needle.find("\"usage\"") == 0);
  CHECK(needle.find("{\"\xC3\xBCsage\":1,\"usage\"") == 12);
  CHECK(needle.is_in("\xFF\xFF\"usage\"\xFF"));
  CHECK_FALSE(needle.is_in("\"usage"));
  CHECK_FALSE(needle.is_in(""));
}

}  // namespace
