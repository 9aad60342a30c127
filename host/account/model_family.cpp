#include "host/account/model_family.hpp"

#include <algorithm>

#include "host/route/pattern.hpp"

namespace abv::account {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "-20250929" or "-2025-09-29": `form` has a 0 for each digit.
bool ends_with_form(std::string_view text, std::string_view form) {
  if (text.size() <= form.size()) {
    return false;
  }
  return std::equal(
      form.begin(), form.end(), text.end() - static_cast<std::ptrdiff_t>(form.size()),
      [](char expected, char c) { return expected == '0' ? is_digit(c) : c == expected; });
}

}  // namespace

std::string model_family(std::string_view model, const std::vector<FamilyRule>& rules) {
  for (const FamilyRule& rule : rules) {
    if (route::glob_matches(rule.match, model)) {
      return rule.family;
    }
  }
  for (const std::string_view form : {"-00000000", "-0000-00-00", "-latest"}) {
    if (ends_with_form(model, form)) {
      return std::string(model.substr(0, model.size() - form.size()));
    }
  }
  return std::string(model);
}

}  // namespace abv::account
