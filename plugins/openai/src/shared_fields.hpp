#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "chat_request_parts.hpp"
#include "responses_trace.hpp"

// What chat and responses both have, though no other vendor does, so that it need not be lost
// between the two.
namespace abv::openai {

// A field of the request or of a part that means the same in both.
inline bool is_shared_field(std::string_view key) {
  constexpr std::array<std::string_view, 4> kShared = {
      "moderation", "prompt_cache_breakpoint", "prompt_cache_retention", "safety_identifier"};
  return std::find(kShared.begin(), kShared.end(), key) != kShared.end();
}

// True for an extra of chat's that responses has, too: all of the above, and more of the cache.
inline bool is_of_chat_and_responses(const sdk::chat::Extra& extra) {
  return extra.dialect == kChatDialect &&
         (is_shared_field(extra.key) || extra.key == "prompt_cache_options");
}

// The same from the other side, where chat has less.
inline bool is_of_responses_and_chat(const sdk::chat::Extra& extra) {
  return extra.dialect == kResponsesDialect && is_shared_field(extra.key);
}

// Reports the extras that neither the encoder's dialect nor `is_taken` knows.
template <class IsTaken>
void report_others(const sdk::chat::Extras& extras, std::string_view own, const std::string& path,
                   sdk::LossSink& losses, IsTaken is_taken) {
  if (extras.empty()) return;
  sdk::chat::Extras others;
  std::copy_if(extras.begin(), extras.end(), std::back_inserter(others),
               [&](const sdk::chat::Extra& extra) { return !is_taken(extra); });
  sdk::chat::report_foreign(others, own, path, losses);
}

// OpenAI's word for the tier that Anthropic and Google call the standard.
inline std::string_view openai_tier(std::string_view tier) {
  return tier == "standard" || tier == "standard_only" ? "default" : tier;
}

// True for an id of Anthropic's or Google's file store, which OpenAI cannot read.
inline bool is_foreign_file(std::string_view id) {
  return id.starts_with("file_") || id.starts_with("files/") ||
         id.find("://") != std::string_view::npos;
}

}  // namespace abv::openai
