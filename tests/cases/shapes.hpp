#pragma once

#include <string>
#include <vector>

#include "tests/cases/json_tree.hpp"

namespace abv::cases {

// The types of one vendor's documents, from a file of shapes/: which fields there are, which must
// be there, what they hold. What is not named is refused.
//
//   "Text": {"type": "'text'", "text": "string", "annotations": "[Annotation]?"}
//   "Block": {"<tag>": "type", "text": "Text", "image": "Image"}
//
// A field is string, number, integer, boolean, null, object, any, a 'word', a type, [a list], or
// several with | between; ? at the end makes it optional. "<more>": true allows further fields.
class Shapes {
 public:
  explicit Shapes(const std::string& path) : types_(read_json(path)) {}

  // What is wrong with `value` as a `type`, one line per place.
  std::vector<std::string> faults(const std::string& type, const Json& value) const;

 private:
  using Faults = std::vector<std::string>;

  void check(const std::string& spec, const Json& value, const std::string& path,
             Faults& faults) const;
  bool check_one(const std::string& spec, const Json& value, const std::string& path,
                 Faults& faults) const;
  void check_type(const std::string& name, const Json& value, const std::string& path,
                  Faults& faults) const;

  Json types_;
};

}  // namespace abv::cases
