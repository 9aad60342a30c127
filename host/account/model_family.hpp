#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace abv::account {

// Models whose names match are counted together by the upstream.
struct FamilyRule {
  std::string match;  // glob
  std::string family;
};

// What limits and sessions are kept by. The first rule that matches says so; without one it is the
// model's name without the date or "-latest" at its end, for those are names of the same model.
std::string model_family(std::string_view model, const std::vector<FamilyRule>& rules);

}  // namespace abv::account
