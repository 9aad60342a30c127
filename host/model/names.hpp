#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/mapping.hpp"

namespace abv::model {

// One place where an alias leads.
struct Step {
  std::string provider;  // empty: whoever the route has for the model
  std::string model;

  bool operator==(const Step&) const = default;
};

// What stands for a name, the first that serves the call counts.
using Aliases = std::map<std::string, std::vector<Step>, std::less<>>;

// `models` of the YAML. Immutable once built, so for any thread.
struct Names {
  Mapping mapping;
  Aliases aliases;
  bool renames_back = false;  // answers name the model as the client did
};

// The steps that `name` leads to, in order, aliases of aliases followed, none twice. A name that is
// no alias leads to itself. `aliases` have to be sound.
std::vector<Step> follow(const Aliases& aliases, std::string_view name);

// kInvalid when following an alias would come back to it; the message shows the circle.
Result<void> check_sound(const Aliases& aliases);

// At most `most` of the candidates that `name` may be meant for, nearest first: slips of the
// keyboard, and names that begin with it or that it begins with.
std::vector<std::string> near_matches(std::string_view name,
                                      const std::vector<std::string>& candidates,
                                      std::size_t most = 3);

}  // namespace abv::model
