#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/result.hpp"
#include "host/config/value.hpp"

namespace abv::config {

struct Rule;
struct RuleSet;

// A JSON Schema (2020-12 subset), ready to validate with.
//
// Checked keywords: type, properties, patternProperties, additionalProperties, propertyNames,
// required, items, minItems, maxItems, uniqueItems, enum, const, minimum, maximum, minLength,
// maxLength, pattern, format, default, allOf, anyOf, oneOf, not, if/then/else, $ref to "#/$defs/…"
// and $defs at the root. Formats: uri (http or https), proxy, duration, size, ip, hostport, secret.
//
// Our own keywords, which editors ignore:
//   x-abv-secret: true         the value is never printed (the same as format secret)
//   x-abv-expected: text       what messages say is expected, for a pattern, oneOf or anyOf
//   x-abv-unique: name         no two items of the array have the same member `name`
//   x-abv-key-of: [path, …]    the string is a key of one of these objects of the document
//   x-abv-component-kinds      where the properties of components go (see component_schema.hpp)
//
// Immutable and cheap to copy; every method may be called from any thread.
class Schema {
 public:
  // Fails when the text is not JSON, uses a keyword or format that is not checked here, or holds a
  // default that breaks its own rule. The error names all of them, one a line, each with `name` and
  // its place as a JSON pointer.
  static Result<Schema> parse(std::string_view json, const std::string& name);
  static Result<Schema> compile(Value document, const std::string& name);

  // The schema as it was given.
  const Value& document() const;
  const std::string& name() const;

  // For validate().
  const Rule& root() const;

 private:
  explicit Schema(std::shared_ptr<const RuleSet> rules) : rules_(std::move(rules)) {}

  std::shared_ptr<const RuleSet> rules_;
};

}  // namespace abv::config
