#include "host/model/mapping.hpp"

#include <algorithm>
#include <utility>

#include "host/route/pattern.hpp"

namespace abv::model {
namespace {

// A name is the client's to choose, and an expression may take long over a long one.
constexpr std::size_t kMaxRegexName = 256;

bool any_glob_matches(const std::vector<std::string>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return route::glob_matches(glob, text); });
}

}  // namespace

MapRule MapRule::of_glob(std::string glob, std::string to) {
  MapRule rule;
  rule.match_ = std::move(glob);
  rule.to_ = std::move(to);
  return rule;
}

Result<MapRule> MapRule::of_regex(const std::string& regex, std::string to) {
  MapRule rule;
  rule.match_ = regex;
  rule.to_ = std::move(to);
  try {
    rule.regex_.emplace(regex, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error& error) {
    return Error{Error::Code::kInvalid, error.what()};
  }
  return rule;
}

bool MapRule::is_for(const Asker& asker) const {
  const bool is_its_dialect = dialects_.empty() || std::find(dialects_.begin(), dialects_.end(),
                                                             asker.dialect) != dialects_.end();
  return is_its_dialect && (keys_.empty() || any_glob_matches(keys_, asker.key));
}

std::optional<std::string> MapRule::map(std::string_view name, const Asker& asker) const {
  if (!is_for(asker)) {
    return std::nullopt;
  }
  if (!regex_) {
    return route::glob_matches(match_, name) ? std::optional(to_) : std::nullopt;
  }
  const std::string text(name);
  std::smatch match;
  if (text.size() > kMaxRegexName || !std::regex_match(text, match, *regex_)) {
    return std::nullopt;
  }
  return match.format(to_);
}

Mapped Mapping::map(std::string_view name, const Asker& asker) const {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (std::optional<std::string> mapped = rules_[i].map(name, asker)) {
      return Mapped{*std::move(mapped), &rules_[i], i};
    }
  }
  return Mapped{std::string(name), nullptr, 0};
}

}  // namespace abv::model
