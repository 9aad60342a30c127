#include "host/model/names.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/base/text.hpp"
#include "host/config/suggest.hpp"

namespace abv::model {
namespace {

// Names beyond it are no model's.
constexpr std::size_t kMaxNear = 128;

// What two names share has to be worth more than a vendor's prefix.
constexpr std::size_t kMinCommon = 4;

void follow_into(const Aliases& aliases, const Step& step, std::vector<Step>& steps) {
  const auto found = step.provider.empty() ? aliases.find(step.model) : aliases.end();
  if (found == aliases.end()) {
    if (std::find(steps.begin(), steps.end(), step) == steps.end()) {
      steps.push_back(step);
    }
    return;
  }
  for (const Step& next : found->second) {
    follow_into(aliases, next, steps);
  }
}

// `path` is how `name` was reached; empty when all is well.
std::string find_circle(const Aliases& aliases, const std::string& name,
                        std::vector<std::string>& path, std::set<std::string>& done) {
  const auto found = aliases.find(name);
  if (found == aliases.end() || done.contains(name)) {
    return {};
  }
  if (std::find(path.begin(), path.end(), name) != path.end()) {
    std::string text;
    for (auto at = std::find(path.begin(), path.end(), name); at != path.end(); ++at) {
      text += *at + " -> ";
    }
    return text + name;
  }
  path.push_back(name);
  for (const Step& step : found->second) {
    if (!step.provider.empty()) {
      continue;
    }
    if (std::string circle = find_circle(aliases, step.model, path, done); !circle.empty()) {
      return circle;
    }
  }
  path.pop_back();
  done.insert(name);
  return {};
}

}  // namespace

std::vector<Step> follow(const Aliases& aliases, std::string_view name) {
  std::vector<Step> steps;
  follow_into(aliases, Step{"", std::string(name)}, steps);
  return steps;
}

Result<void> check_sound(const Aliases& aliases) {
  std::set<std::string> done;
  for (const auto& [name, steps] : aliases) {
    std::vector<std::string> path;
    if (const std::string circle = find_circle(aliases, name, path, done); !circle.empty()) {
      return Error{Error::Code::kInvalid,
                   "models.aliases." + json_string(name) + " leads in a circle: " + circle};
    }
  }
  return {};
}

std::vector<std::string> near_matches(std::string_view name,
                                      const std::vector<std::string>& candidates,
                                      std::size_t most) {
  if (name.empty() || name.size() > kMaxNear) {
    return {};
  }
  const std::string wanted = lower(name);
  std::set<std::pair<std::size_t, std::string>> found;
  for (const std::string& candidate : candidates) {
    const std::string other = lower(candidate.substr(0, kMaxNear));
    const std::size_t distance = config::edit_distance(wanted, other);
    const bool is_beginning = std::min(wanted.size(), other.size()) >= kMinCommon &&
                              (other.starts_with(wanted) || wanted.starts_with(other));
    if (is_beginning || distance <= std::max<std::size_t>(1, wanted.size() / 3)) {
      found.emplace(distance, candidate);
    }
  }
  std::vector<std::string> nearest;
  for (const auto& [distance, candidate] : found) {
    if (nearest.size() < most &&
        std::find(nearest.begin(), nearest.end(), candidate) == nearest.end()) {
      nearest.push_back(candidate);
    }
  }
  return nearest;
}

}  // namespace abv::model
