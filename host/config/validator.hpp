#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "host/config/schema_rule.hpp"
#include "host/config/validate.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// One walk of a rule over a value: the work behind validate().
class Validator {
 public:
  // `root` is the document that x-abv-key-of looks at; null to leave that rule out.
  explicit Validator(const Value* root) : root_(root) {}

  void check(Value& value, const Rule& rule, const std::string& path);

  const std::vector<Problem>& problems() const { return problems_; }
  std::vector<Problem>&& take_problems() { return std::move(problems_); }

 private:
  // One alternative, tried on a copy.
  struct Attempt {
    Value value;
    std::vector<Problem> problems;
    const Rule* rule;
  };

  void check_content(Value& value, const Rule& rule, const std::string& path);
  void check_constants(const Value& value, const Rule& rule, const std::string& path);
  void check_number(const Value& value, const Rule& rule, const std::string& path);
  void check_text(const Value& value, const Rule& rule, const std::string& path);
  void check_key_of(const Value& value, const Rule& rule, const std::string& path);

  void check_array(Value& value, const Rule& rule, const std::string& path);
  void check_unique(const Value& value, const Rule& rule, const std::string& path);
  void check_unique_member(const Value& value, const Rule& rule, const std::string& path);

  void check_object(Value& value, const Rule& rule, const std::string& path);
  void check_member(Member& member, const Value& object, const Rule& rule, const std::string& path);
  void report_unknown(const Member& member, const Value& object, const Rule& rule,
                      const std::string& path);

  void check_choices(Value& value, const Rule& rule, const std::string& path);
  void check_any_of(Value& value, const Rule& rule, const std::string& path);
  void check_one_of(Value& value, const Rule& rule, const std::string& path);
  Attempt attempt(const Value& value, const Rule& rule, const std::string& path) const;
  void report_best(const Value& value, const Rule& rule, const std::string& path,
                   const std::vector<Attempt>& attempts);

  void report(const Value& value, const std::string& path, const char* rule, std::string message);
  void report_at(const Place& place, const std::string& path, const char* rule,
                 std::string message);

  const Value* root_;
  std::vector<Problem> problems_;
  Place here_;  // of the nearest value around that was written somewhere
  int depth_ = 0;
};

// What a rule expects, for messages: "an integer", "one of \"a\", \"b\"".
std::string describe(const Rule& rule);

// `got "htps://…"`: the value in short, with *** for a secret and the variable it came from.
std::string got(const Value& value);

// The TypeBits that the value's kind satisfies.
unsigned type_bits(const Value& value);

// Reads the scalar as a type that the rule allows, as validate() says.
void coerce(Value& value, const Rule& rule);

}  // namespace abv::config
