#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace abv::gemini {

// What a model's name tells of what it takes. Names that tell nothing (of tuned models, or of other
// vendors behind the same API) are not known, and get what the client said.
class ModelTraits {
 public:
  explicit ModelTraits(std::string_view model);

  bool is_known() const { return generation_ > 0; }
  bool is_before_3() const { return is_known() && generation_ < 300; }
  bool is_3_or_later() const { return generation_ >= 300; }
  bool is_before_2_5() const { return is_known() && generation_ < 205; }
  // False for models that refuse any thinkingConfig.
  bool can_think() const { return !is_known() || is_3_or_later() || is_2_5_of_text(); }
  // False for models that decide alone how much they think.
  bool can_be_told_how_much() const { return can_think() && !is_image_; }

  // True for models whose images may be a stripe: 1:8, 8:1.
  bool has_extreme_ratios() const { return generation_ > 300 && tier_ == Tier::kFlash; }

  // More than these are refused.
  std::int64_t most_output_tokens() const;

  // The range of thinkingBudget of 2.5; `can_be_off` says whether 0 is allowed as well.
  struct Budgets {
    std::int64_t least = 0, most = 0;
    bool can_be_off = true;
  };
  Budgets budgets() const;

  // The level of 3.x nearest to one of "minimal", "low", "medium", "high", in upper case.
  std::string nearest_level(std::string_view level) const;

  // True when signatures of `other` mean nothing to this model: they hold within one generation.
  bool is_foreign_to(std::string_view other) const;

 private:
  bool is_2_5_of_text() const { return generation_ >= 205 && !is_image_; }

  enum class Tier : std::uint8_t { kOther, kPro, kFlash, kLite };

  int generation_ = 0;  // 205 for 2.5; 0 when it is not known
  Tier tier_ = Tier::kOther;
  bool is_image_ = false;
};

}  // namespace abv::gemini
