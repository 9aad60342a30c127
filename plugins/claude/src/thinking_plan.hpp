#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "model_traits.hpp"

namespace abv::claude {

// How a request will ask for thinking, and the limit that has to fit to it.
struct ThinkingPlan {
  enum class Mode : std::uint8_t { kUnsaid, kDisabled, kBudget, kAdaptive };

  Mode mode = Mode::kUnsaid;
  std::int64_t budget_tokens = 0;  // kBudget
  std::string_view effort;         // of output_config; empty: unsaid
  std::string_view display;        // "summarized", "omitted"; empty: unsaid
  std::int64_t max_tokens = 0;

  bool is_on() const { return mode == Mode::kBudget || mode == Mode::kAdaptive; }
};

// What else in a request decides whether it may think.
struct ThinkingLimits {
  bool is_tool_forced = false;             // thinking and a forced tool exclude each other
  bool is_prefilled = false;               // so do thinking on a budget and a begun answer
  bool has_call_without_thinking = false;  // and a round of tools that began without thinking
  bool has_max_tokens = true;              // false: the request only counts
};

// Makes the plan for a model. What the model does not take is changed to what is nearest, and what
// excludes thinking is kept at the price of thinking; both are reported.
ThinkingPlan plan_thinking(const sdk::chat::Request& request, const ModelTraits& traits,
                           const ThinkingLimits& limits, sdk::LossSink& losses);

}  // namespace abv::claude
