#pragma once

#include <string>
#include <vector>

#include "host/config/schema.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// One way in which a value breaks a schema.
struct Problem {
  Place place;
  std::string path;     // "providers.openai.base_url"; empty for the whole document
  std::string rule;     // the schema keyword that is broken: "required", "format", …
  std::string message;  // the rule and the value; never a secret

  // "config/abv.yaml:41:7: providers.openai.base_url: expected an http or https URL, got
  // "htps://…""
  std::string text() const;
};

// Checks `value` and returns everything that is wrong with it, in the order of the file.
//
// Completes the value while it does so: missing members get their defaults (origin default),
// secrets are marked, and scalars are read as the type that the schema asks for:
//   - a number for a string becomes the text as it was written;
//   - a boolean from ${…} for a string likewise;
//   - a quoted text that is one ${…} becomes the number or boolean that is asked for;
//   - 1.0 for an integer becomes 1;
//   - nothing at all for an object or array becomes an empty one.
std::vector<Problem> validate(Value& value, const Schema& schema);

// The texts of the problems, one a line.
std::string problems_text(const std::vector<Problem>& problems);

}  // namespace abv::config
