#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace abv::fuzz {

void found(std::string_view what, const std::vector<std::string>& details) {
  std::fprintf(stderr, "found: not true that %.*s\n", static_cast<int>(what.size()), what.data());
  for (const std::string& detail : details) {
    std::fprintf(stderr, "  %s\n", detail.c_str());
  }
  std::abort();
}

std::string without_cuts(std::string_view input) {
  std::string text(input);
  text.erase(std::remove(text.begin(), text.end(), kCut), text.end());
  return text;
}

std::vector<std::string_view> pieces_of(std::string_view input) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at <= input.size();) {
    const std::size_t end = std::min(input.find(kCut, at), input.size());
    pieces.push_back(input.substr(at, end - at));
    at = end + 1;
  }
  return pieces;
}

}  // namespace abv::fuzz
