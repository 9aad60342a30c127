// How much a model thinks, in the three ways that vendors say it: an effort (OpenAI, Anthropic), a
// budget of tokens (Anthropic, Gemini 2.5), a level (Gemini 3). One table, so that every pair of
// dialects agrees.
//
// The budgets are those that Google's OpenAI-compatible endpoint documents for its efforts
// (ai.google.dev/gemini-api/docs/openai, 2026-11), and double beyond "high".
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace abv::sdk {
inline namespace v1 {

struct EffortRow {
  std::string_view effort;
  std::int64_t budget_tokens;
  std::string_view level;  // of Gemini 3
};

inline constexpr std::array<EffortRow, 7> kEfforts{{
    {"none", 0, "minimal"},
    {"minimal", 512, "minimal"},
    {"low", 1024, "low"},
    {"medium", 8192, "medium"},
    {"high", 24576, "high"},
    {"xhigh", 32768, "high"},
    {"max", 65536, "high"},
}};

// The row of an effort; null for a word that is not in the table.
inline constexpr const EffortRow* effort_row(std::string_view effort) noexcept {
  for (const EffortRow& row : kEfforts) {
    if (row.effort == effort) return &row;
  }
  return nullptr;
}

// The effort that a budget is nearest to from below: 1024..8191 is "low". -1 (the model decides) is
// empty.
inline constexpr std::string_view effort_of_budget(std::int64_t budget_tokens) noexcept {
  if (budget_tokens < 0) return {};
  std::string_view found = kEfforts.front().effort;
  for (const EffortRow& row : kEfforts) {
    if (row.budget_tokens <= budget_tokens) found = row.effort;
  }
  return found;
}

// The effort of a level, in any case; empty for a word that is not known.
inline constexpr std::string_view effort_of_level(std::string_view level) noexcept {
  for (const std::string_view known : {"minimal", "low", "medium", "high"}) {
    if (level.size() != known.size()) continue;
    bool same = true;
    for (std::size_t i = 0; i < level.size(); ++i) {
      const char c =
          level[i] >= 'A' && level[i] <= 'Z' ? static_cast<char>(level[i] + 32) : level[i];
      same = same && c == known[i];
    }
    if (same) return known;
  }
  return {};
}

}  // namespace v1
}  // namespace abv::sdk
