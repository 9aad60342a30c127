#pragma once

#include <map>
#include <string>
#include <string_view>

namespace abv::zai {

// Which GLM model a name stands for.
struct ModelNames {
  std::string opus, sonnet, haiku;           // for Claude's names by their class
  std::map<std::string, std::string> given;  // by name; without regard to case when none is exact

  // Names that are given; "zai:" and what comes behind it; Claude's names, those of no class being
  // sonnet's; all others as they are.
  std::string resolve(std::string_view name) const;
};

}  // namespace abv::zai
