#include "model_traits.hpp"

#include <charconv>
#include <limits>

#include "abv/sdk/json_schema.hpp"

namespace abv::gemini {
namespace {

// What "gemini-flash-latest" stands for is at least this.
constexpr int kLatest = 307;

// 205 of "2.5-flash", 300 of "3-pro-preview"; 0 when it begins with no number.
int read_generation(std::string_view text) {
  int major = 0, minor = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, major);
  // More digits are a date: "gemini-exp-1206".
  if (error != std::errc() || major > 99) return 0;
  if (after != end && *after == '.') std::from_chars(after + 1, end, minor);
  return major * 100 + (minor < 100 ? minor : 0);
}

}  // namespace

ModelTraits::ModelTraits(std::string_view model) {
  constexpr std::string_view kPrefix = "gemini-";
  const auto begin = model.find(kPrefix);
  if (begin == std::string_view::npos) return;
  const auto rest = model.substr(begin + kPrefix.size());
  const auto has = [&](std::string_view word) { return rest.find(word) != std::string_view::npos; };
  generation_ = read_generation(rest);
  if (generation_ == 0 && rest.ends_with("-latest")) generation_ = kLatest;
  if (has("pro")) tier_ = Tier::kPro;
  if (has("flash")) tier_ = Tier::kFlash;
  if (has("lite")) tier_ = Tier::kLite;
  is_image_ = has("image");
}

std::int64_t ModelTraits::most_output_tokens() const {
  if (!is_known()) return std::numeric_limits<std::int64_t>::max();
  return generation_ < 205 ? 8'192 : 65'536;
}

// ai.google.dev/gemini-api/docs/thinking, 2026-11.
ModelTraits::Budgets ModelTraits::budgets() const {
  switch (tier_) {
    case Tier::kPro:
      return {128, 32'768, false};
    case Tier::kLite:
      return {512, 24'576, true};
    default:
      return {1, 24'576, true};
  }
}

// 3 Pro has only two levels; flash models from 3.7 on, and all pro models, have no "minimal".
std::string ModelTraits::nearest_level(std::string_view level) const {
  const bool has_minimal = tier_ == Tier::kLite || (tier_ == Tier::kFlash && generation_ < kLatest);
  const bool has_medium = !(tier_ == Tier::kPro && generation_ == 300);
  if (level == "minimal" && !has_minimal) level = "low";
  if (level == "medium" && !has_medium) level = "high";
  return sdk::json_schema::detail::upper(level);
}

bool ModelTraits::is_foreign_to(std::string_view other) const {
  const ModelTraits maker(other);
  return is_known() && maker.is_known() && generation_ / 100 != maker.generation_ / 100;
}

}  // namespace abv::gemini
