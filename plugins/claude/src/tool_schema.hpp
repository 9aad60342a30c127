#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

// JSON Schemas in the form that Anthropic takes them.
namespace abv::claude {

// A schema that had to be written anew.
struct NewSchema {
  std::string text;
  bool means_less = false;  // it no longer says all that the old one did
};

// A tool's input_schema must be an object's, and has no anyOf, oneOf, allOf or $ref at its top:
// those are merged into one object, whose properties are those of all branches, and which requires
// what all of allOf, and each of anyOf, require. Below the top everything stays as it is. Nothing
// when `schema` can be sent as it stands. What is absent or no schema becomes an object without
// properties.
std::optional<NewSchema> input_schema(std::string_view schema);

// A schema for strict tools, in which each object must say "additionalProperties": false. Nothing
// when `schema` does so everywhere.
std::optional<NewSchema> closed_schema(std::string_view schema);

// What "#/$defs/Name" means in the document `root`; nothing for references to elsewhere.
sdk::json::Value resolve_reference(const sdk::json::Value& root, const sdk::json::Value& reference);

// True when `type`, the value of that keyword, is or includes `word`.
bool has_type(const sdk::json::Value& type, std::string_view word);

}  // namespace abv::claude
