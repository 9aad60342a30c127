#include "model_traits.hpp"

#include <algorithm>
#include <limits>

namespace abv::claude {
namespace {

constexpr int kNewest = std::numeric_limits<int>::max();

struct Name {
  std::string_view line;  // "opus", or empty for names such as "claude-3-opus"
  int version = kNewest;  // 45 for 4.5
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A number of one or two digits at the front, taken off with the separator before it; -1 when there
// is none. Longer ones are dates.
int take_number(std::string_view& rest) {
  if (rest.size() < 2 || (rest[0] != '-' && rest[0] != '.')) return -1;
  const auto digits = std::find_if_not(rest.begin() + 1, rest.end(), is_digit) - rest.begin() - 1;
  if (digits < 1 || digits > 2) return -1;
  int number = 0;
  for (const char c : rest.substr(1, static_cast<std::size_t>(digits)))
    number = number * 10 + (c - '0');
  rest.remove_prefix(static_cast<std::size_t>(digits) + 1);
  return number;
}

Name parse(std::string_view rest) {
  Name name;
  if (rest.size() > 1 && !is_digit(rest[1])) {
    name.line = rest.substr(1, rest.substr(1).find_first_of("-."));
    rest.remove_prefix(name.line.size() + 1);
  }
  const int major = take_number(rest);
  if (major < 0) return name;
  name.version = major * 10 + std::clamp(take_number(rest), 0, 9);
  return name;
}

std::int64_t longest_answer(const Name& name) {
  if (name.version >= 46) return 0;
  if (name.version >= 45) return 64000;
  if (name.version >= 40) return name.line == "opus" ? 32000 : 64000;
  if (name.version >= 37) return 128000;
  return name.version >= 35 ? 8192 : 4096;
}

}  // namespace

ModelTraits traits_of(std::string_view model) {
  constexpr std::string_view kClaude = "claude-";
  ModelTraits traits;
  const auto at = model.find(kClaude);
  if (at == std::string_view::npos) {
    traits.takes_budget = true;
    traits.takes_sampling = true;
    traits.takes_system_messages = false;
    return traits;
  }
  const Name name = parse(model.substr(at + kClaude.size() - 1));
  traits.takes_thinking = name.version >= 37;
  traits.takes_adaptive = name.version >= 46;
  traits.takes_effort = name.version >= 46 || (name.line == "opus" && name.version == 45);
  traits.takes_budget = name.version <= 46;
  traits.takes_high_efforts = name.version >= 47;
  traits.takes_sampling = name.version <= 46;
  traits.takes_both_samplings = name.version <= 40;
  traits.takes_format = name.version >= 41;
  traits.takes_system_messages = name.version >= 48;
  traits.thinks_by_default = name.version >= 50;
  traits.can_stop_thinking = name.line != "fable" && name.line != "mythos";
  traits.longest_answer = longest_answer(name);
  if (name.version < 40) traits.default_answer = 4096;
  return traits;
}

}  // namespace abv::claude
