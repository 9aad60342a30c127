#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/cases/json_tree.hpp"

namespace abv::cases {

// What one side of a conversation calls the things that cannot be written down beforehand: ids of
// tool calls and signatures. Documents name them "<$name>"; "<$name?>" may also be missing.
class Bindings {
 public:
  void bind(const std::string& name, std::string value) { values_[name] = std::move(value); }

  // The document with the values in it. What is not bound, or bound to nothing, is taken out.
  Json fill(const Json& document) const;

  // How `actual` differs from `expected`, one line per place. In `expected`, "<any>" stands for any
  // value, "<maybe>" also for none, "<absent>" for none, "<string>" for a string that is not empty,
  // "<number>" for a number; a name that is not bound takes the string it meets.
  std::vector<std::string> differences(const Json& expected, const Json& actual);

 private:
  void compare(const Json& expected, const Json& actual, const std::string& path,
               std::vector<std::string>& found);
  void compare_members(const Json& expected, const Json& actual, const std::string& path,
                       std::vector<std::string>& found);
  bool fits(const std::string& placeholder, const Json& actual);
  bool may_be_missing(const Json& expected) const;

  std::map<std::string, std::string> values_;
};

}  // namespace abv::cases
