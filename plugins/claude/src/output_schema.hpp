#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace abv::claude {

// A schema of an answer that had to be written anew.
struct FittedSchema {
  std::string text;
  std::string_view loss;  // what it says less well than before; empty: nothing
};

// A JSON Schema as output_config.format takes it: every object is closed, oneOf is anyOf, and what
// the API refuses (limits of numbers, texts and arrays, patterns, formats it does not know) stands
// in words in the description. Definitions inside themselves, which it refuses too, are cut.
// Nothing when `schema` can be sent as it stands.
std::optional<FittedSchema> output_schema(std::string_view schema);

}  // namespace abv::claude
