#include "model_traits.hpp"

namespace abv::openai {
namespace {

bool begins_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

// The number that `text` begins with: 5 for "5.5-mini".
int leading_number(std::string_view text) {
  int number = 0;
  for (; begins_with_digit(text) && number < 1000; text.remove_prefix(1))
    number = number * 10 + (text.front() - '0');
  return number;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

ModelTraits traits_of(std::string_view model) {
  ModelTraits traits;
  traits.can_search = contains(model, "search-preview") || contains(model, "search-api");
  traits.is_claude = contains(model, "claude");
  traits.is_gemini = contains(model, "gemini");

  const auto slash = model.rfind('/');
  if (slash != std::string_view::npos) model.remove_prefix(slash + 1);
  if (model.starts_with("ft:")) model.remove_prefix(3);
  constexpr std::string_view kGpt = "gpt-";
  const bool is_gpt = model.starts_with(kGpt) && begins_with_digit(model.substr(kGpt.size()));
  traits.is_o_series = model.starts_with("o") && begins_with_digit(model.substr(1));
  traits.is_openai = is_gpt || traits.is_o_series || model.starts_with("chatgpt-");
  constexpr int kFirstThatThinks = 5;
  // gpt-5-chat-latest answers at once and takes the older options.
  const bool is_thinking_gpt = is_gpt &&
                               leading_number(model.substr(kGpt.size())) >= kFirstThatThinks &&
                               !contains(model, "-chat");
  traits.is_reasoning = traits.is_o_series || is_thinking_gpt;
  const auto version = is_gpt ? model.substr(kGpt.size()) : std::string_view();
  traits.is_first_gpt5 = version == "5" || version.starts_with("5-");
  return traits;
}

// After OpenAI's reference (2026-11): "none" began with gpt-5.1, "minimal" with gpt-5, what is
// above "high" after gpt-5.1.
std::string_view nearest_effort(const ModelTraits& traits, std::string_view effort) {
  if (!traits.is_o_series && !traits.is_first_gpt5) return effort;
  if (effort == "xhigh" || effort == "max") return "high";
  if (effort == "none" || effort == "minimal") return traits.is_o_series ? "low" : "minimal";
  return effort;
}

}  // namespace abv::openai
