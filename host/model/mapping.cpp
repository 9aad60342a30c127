#include "host/model/mapping.hpp"

#include <Poco/Exception.h>

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

// `to` with what the groups of `regex` matched in `name`; nothing when it does not match.
std::optional<std::string> fill_in(const Poco::RegularExpression& regex, const std::string& name,
                                   const std::string& to) {
  Poco::RegularExpression::MatchVec groups;
  try {
    if (regex.match(name, 0, groups) == 0) {
      return std::nullopt;
    }
  } catch (const Poco::RegularExpressionException&) {
    return std::nullopt;  // it takes too long, or the name is not UTF-8
  }
  std::string text;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const char next = i + 1 < to.size() ? to[i + 1] : ' ';
    if (to[i] != '$' || next < '0' || next > '9') {
      text += to[i];
      continue;
    }
    const auto group = static_cast<std::size_t>(next - '0');
    ++i;
    if (group < groups.size() && groups[group].offset != std::string::npos) {
      text += name.substr(groups[group].offset, groups[group].length);
    }
  }
  return text;
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
    rule.regex_ = std::make_shared<Poco::RegularExpression>("\\A(?:" + regex + ")\\z");
  } catch (const Poco::RegularExpressionException& error) {
    return Error{Error::Code::kInvalid, error.message()};
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
  return name.size() > kMaxRegexName ? std::nullopt : fill_in(*regex_, std::string(name), to_);
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
