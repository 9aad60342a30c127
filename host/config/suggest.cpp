#include "host/config/suggest.hpp"

#include <algorithm>
#include <cstddef>

#include "host/base/json_text.hpp"
#include "host/base/text.hpp"

namespace abv::config {
namespace {

// Longer texts are not slips of the keyboard, and the cost is the product of the lengths.
constexpr std::size_t kMaxLength = 64;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cost((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return cost[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        at(i, j) = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return at(a.size(), b.size());
}

std::string nearest(std::string_view text, const std::vector<std::string>& candidates) {
  if (text.size() > kMaxLength) {
    return {};
  }
  const std::string wanted = lower(text);
  // A third of the letters may be wrong: "prt" is near "port", and nothing is near "x".
  std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kMaxLength) {
      continue;
    }
    const std::size_t distance = edit_distance(wanted, lower(candidate));
    if (distance < best && distance < candidate.size()) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string>& candidates) {
  const std::string found = nearest(text, candidates);
  return found.empty() ? "" : "; did you mean " + json_string(found) + "?";
}

}  // namespace abv::config
