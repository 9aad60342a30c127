#include "model_names.hpp"

#include <algorithm>

#include "abv/sdk/text.hpp"

namespace abv::zai {

std::string ModelNames::resolve(std::string_view name) const {
  if (const auto exact = given.find(std::string(name)); exact != given.end()) return exact->second;
  const auto close = std::find_if(given.begin(), given.end(),
                                  [&](const auto& one) { return sdk::iequals(one.first, name); });
  if (close != given.end()) return close->second;
  constexpr std::string_view kOurs = "zai:";
  if (name.starts_with(kOurs)) return std::string(name.substr(kOurs.size()));
  std::string small(name);
  std::transform(small.begin(), small.end(), small.begin(), sdk::ascii_lower);
  if (!small.starts_with("claude")) return std::string(name);
  if (small.find("opus") != std::string::npos) return opus;
  return small.find("haiku") != std::string::npos ? haiku : sonnet;
}

}  // namespace abv::zai
