#pragma once

#include <Poco/RegularExpression.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/config/format.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// A set of JSON types.
enum TypeBit : unsigned {
  kNullBit = 1,
  kBoolBit = 2,
  kIntBit = 4,
  kNumberBit = 8,
  kStringBit = 16,
  kArrayBit = 32,
  kObjectBit = 64,
};

struct Pattern {
  std::string text;
  std::shared_ptr<const Poco::RegularExpression> expression;

  // True when the expression matches somewhere in `subject`; false also for text that is not UTF-8.
  bool matches(const std::string& subject) const;
};

// One schema object, compiled. Pointers go into the same RuleSet; null means that the keyword is
// absent.
struct Rule {
  std::string pointer;  // where it stands: "#/properties/listen"
  bool allows_nothing = false;
  unsigned types = 0;  // TypeBit; 0 for any
  const Rule* ref = nullptr;

  std::vector<std::pair<std::string, const Rule*>> properties;
  std::vector<std::pair<Pattern, const Rule*>> pattern_properties;
  const Rule* additional = nullptr;
  const Rule* property_names = nullptr;
  std::vector<std::string> required;

  const Rule* items = nullptr;
  std::optional<std::size_t> min_items;
  std::optional<std::size_t> max_items;
  bool has_unique_items = false;
  std::string unique_by;

  std::vector<Value> enumerated;
  std::optional<Value> constant;
  std::optional<Value> minimum;
  std::optional<Value> maximum;
  std::optional<std::size_t> min_length;
  std::optional<std::size_t> max_length;
  std::optional<Pattern> pattern;
  Format format = Format::kNone;
  std::vector<std::string> key_of;
  std::optional<Value> default_value;
  bool is_secret = false;  // also when a rule for the same value says so
  std::string expected;

  std::vector<const Rule*> all_of;
  std::vector<const Rule*> any_of;
  std::vector<const Rule*> one_of;
  const Rule* if_rule = nullptr;
  const Rule* then_rule = nullptr;
  const Rule* else_rule = nullptr;
  const Rule* not_rule = nullptr;
};

struct RuleSet {
  std::deque<Rule> rules;  // a deque: pointers to its elements stay valid
  const Rule* root = nullptr;
  Value document;
  std::string name;
};

// The rules that look at the same value as `rule`: references and combinations, not members.
std::vector<const Rule*> rules_beside(const Rule& rule);

// Fills `set.rules` and `set.root` from `set.document`. Returns what is wrong, one fault a line, or
// an empty text.
std::string compile_rules(RuleSet& set);

}  // namespace abv::config
