#include "tests/cases/json_changes.hpp"

#include <algorithm>

namespace abv::cases {
namespace {

using Kind = Change::Kind;

std::string escaped(const std::string& name) {
  std::string token;
  for (const char c : name)
    c == '~' ? token += "~0" : c == '/' ? token += "~1" : token += c;
  return token;
}

// Where the comparison is: the pointer, and the name that people read.
struct Place {
  std::string pointer, name;

  Place member(const std::string& key) const {
    return {pointer + "/" + escaped(key), name.empty() ? key : name + "." + key};
  }
  // An item is called by its type, where it says one.
  Place item(std::size_t index, const Json& value) const {
    return {pointer + "/" + std::to_string(index), name + "[" + value["type"].text() + "]"};
  }
};

class Comparison {
 public:
  void compare(const Json& before, const Json& after, const Place& place) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) return compare_members(before, after, place);
    if (before.is_list() && after.is_list()) return compare_items(before, after, place);
    found.push_back({Kind::kReplaced, place.pointer, place.name});
  }

  std::vector<Change> found;

 private:
  void compare_members(const Json& before, const Json& after, const Place& place) {
    for (const auto& [key, member] : after.members()) {
      if (before.has(key)) {
        compare(before[key], member, place.member(key));
      } else {
        tell(Kind::kAdded, place.member(key), member);
      }
    }
    for (const auto& [key, member] : before.members()) {
      if (!after.has(key)) tell(Kind::kRemoved, place.member(key), member);
    }
  }

  void compare_items(const Json& before, const Json& after, const Place& place) {
    const std::size_t least = std::min(before.size(), after.size());
    std::size_t head = 0;
    while (head < least && before[head] == after[head])
      ++head;
    std::size_t tail = 0;
    while (tail < least - head &&
           before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
      ++tail;
    const std::size_t old_end = before.size() - tail;
    const std::size_t new_end = after.size() - tail;
    std::size_t i = head;
    for (; i < old_end && i < new_end; ++i)
      compare(before[i], after[i], place.item(i, after[i]));
    for (std::size_t added = i; added < new_end; ++added)
      tell(Kind::kAdded, place.item(added, after[added]), after[added]);
    for (std::size_t gone = i; gone < old_end; ++gone)
      tell(Kind::kRemoved, place.item(gone, before[gone]), before[gone]);
  }

  // An object with one member is called by that: {"inlineData": {}} among the parts.
  void tell(Kind kind, const Place& place, const Json& value) {
    std::string name = place.name;
    const Json* inner = &value;
    while (inner->is_object() && inner->size() == 1) {
      name += "." + inner->members().begin()->first;
      inner = &inner->members().begin()->second;
    }
    found.push_back({kind, place.pointer, name});
  }
};

}  // namespace

std::vector<Change> changes(const Json& before, const Json& after) {
  Comparison comparison;
  comparison.compare(before, after, {});
  return std::move(comparison.found);
}

}  // namespace abv::cases
