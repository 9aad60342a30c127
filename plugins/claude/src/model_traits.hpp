#pragma once

#include <cstdint>
#include <string_view>

namespace abv::claude {

// What a model accepts, told by its name: Anthropic changed the rules of thinking, sampling and
// prompts from version to version, and refuses what a model does not know.
struct ModelTraits {
  bool takes_thinking = true;         // from 3.7
  bool takes_adaptive = true;         // thinking "adaptive", from 4.6
  bool takes_effort = true;           // output_config.effort, from 4.6, and Opus 4.5
  bool takes_budget = false;          // thinking "enabled" with budget_tokens, up to 4.6
  bool takes_high_efforts = true;     // "xhigh", from 4.7
  bool takes_sampling = false;        // temperature, top_p, top_k, up to 4.6
  bool takes_both_samplings = true;   // temperature and top_p at once, before 4.1
  bool takes_format = true;           // output_config.format and strict tools, from 4.1
  bool takes_system_messages = true;  // role "system" inside the conversation, from 4.8
  bool thinks_by_default = true;      // without being asked, from 5
  bool can_stop_thinking = true;      // takes thinking "disabled"
  std::int64_t longest_answer = 0;    // the most max_tokens; 0: not known
  std::int64_t default_answer = 32000;
};

// The traits of "claude-opus-4-5-20251101", with anything before "claude" passed over. A Claude
// whose version is not in its name counts as the newest. Models of other vendors, which their
// makers offer at servers that speak this dialect, are taken to know the newest ways to think and
// to have kept the old ones, and system prompts at the start alone, which is what all servers take.
ModelTraits traits_of(std::string_view model);

}  // namespace abv::claude
