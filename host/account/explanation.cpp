#include <array>

#include "host/account/pool.hpp"
#include "host/base/text.hpp"

namespace abv::account {

const char* why_name(Why why) {
  constexpr std::array<const char*, kWhys> kNames{"chosen",
                                                  "free, but another goes first",
                                                  "disabled",
                                                  "not for this model",
                                                  "limited",
                                                  "limited and on trial",
                                                  "busy",
                                                  "tried already",
                                                  "protected",
                                                  "another was asked for",
                                                  "stale credential"};
  return kNames[static_cast<std::size_t>(why)];
}

std::string Explanation::text() const {
  std::string chosen;
  std::string others;
  for (const Considered& one : first) {
    if (one.why == Why::kChosen) {
      chosen = one.account;
      continue;
    }
    others += (others.empty() ? "" : "; ") + one.account + ": " + why_name(one.why);
    if (one.why == Why::kLimited || one.why == Why::kStale) {
      others += " until " + time_text(one.until_ms);
    }
  }
  std::size_t all = 0;
  for (const std::uint32_t count : counts) {
    all += count;
  }
  if (all > first.size()) {
    others += "; and " + std::to_string(all - first.size()) + " more";
  }
  const std::string begin = chosen.empty() ? "none: " + rule : chosen + ": " + rule;
  return others.empty() ? begin : begin + " (" + others + ")";
}

}  // namespace abv::account
