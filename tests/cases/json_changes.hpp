#pragma once

#include <string>
#include <vector>

#include "tests/cases/json_tree.hpp"

namespace abv::cases {

// One place where two documents differ, as high up as one of them has nothing there.
struct Change {
  enum class Kind { kAdded, kRemoved, kReplaced };

  Kind kind;
  std::string pointer;  // into the document that has it; into `after` for kReplaced
  std::string name;     // for people: "messages[].content[image].source.url"
};

// What `after` has that `before` has not, and the other way round. Lists are compared from both
// ends, so that an item in the middle is one change.
std::vector<Change> changes(const Json& before, const Json& after);

}  // namespace abv::cases
