// What an upstream understands of JSON Schema, and the insides of json_schema.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json_schema {

enum class Enums : std::uint8_t { kAny, kStringsAndNumbers, kStrings };

// What an upstream understands.
struct Target {
  std::span<const std::string_view> keywords;  // taken over as they stand
  std::span<const std::string_view> formats;   // values of `format`; empty: all
  Enums enums = Enums::kAny;
  bool upper_case_types = false;  // "STRING"; and `nullable` in place of the type "null"
  bool has_refs = false;          // "$ref" into "$defs" at the root
  bool is_strict = false;  // objects are closed, all properties required, so optional ones nullable
};

namespace detail {

inline constexpr std::string_view kGeminiKeywords[] = {"type",
                                                       "format",
                                                       "title",
                                                       "description",
                                                       "enum",
                                                       "items",
                                                       "minItems",
                                                       "maxItems",
                                                       "minimum",
                                                       "maximum",
                                                       "anyOf",
                                                       "prefixItems",
                                                       "required",
                                                       "properties",
                                                       "propertyOrdering",
                                                       "additionalProperties"};
inline constexpr std::string_view kOpenApiKeywords[] = {
    "type",     "format",     "title",           "description",   "enum",          "items",
    "default",  "example",    "minItems",        "maxItems",      "minLength",     "maxLength",
    "pattern",  "minimum",    "maximum",         "minProperties", "maxProperties", "anyOf",
    "required", "properties", "propertyOrdering"};
inline constexpr std::string_view kOpenApiFormats[] = {"float", "double",    "int32",
                                                       "int64", "date-time", "enum"};
inline constexpr std::string_view kStrictKeywords[] = {
    "type",     "format",     "title",      "description",      "enum",    "items",
    "minItems", "maxItems",   "minimum",    "maximum",          "anyOf",   "exclusiveMinimum",
    "required", "properties", "multipleOf", "exclusiveMaximum", "pattern", "additionalProperties"};
inline constexpr std::string_view kStrictFormats[] = {
    "date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"};

}  // namespace detail

// parametersJsonSchema and responseJsonSchema of the Gemini API.
inline constexpr Target kGeminiJsonSchema{
    detail::kGeminiKeywords, {}, Enums::kStringsAndNumbers, false, true, false};
// The Schema object of the Gemini API.
inline constexpr Target kOpenApiSubset{
    detail::kOpenApiKeywords, detail::kOpenApiFormats, Enums::kStrings, true, false, false};
// Strict functions and structured outputs of the OpenAI API.
inline constexpr Target kOpenAiStrict{
    detail::kStrictKeywords, detail::kStrictFormats, Enums::kAny, false, true, true};

namespace detail {

inline bool has(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Says nothing that a value could break.
inline bool is_annotation(std::string_view key) {
  return key == "title" || key == "description" || key == "default" || key == "examples" ||
         key == "example" || key == "propertyOrdering";
}

// Has no meaning once references are followed.
inline bool is_bookkeeping(std::string_view key) {
  return key == "$schema" || key == "$id" || key == "$comment" || key == "$anchor" ||
         key == "$defs" || key == "definitions" || key == "$vocabulary" || key == "id";
}

// The type that a keyword is about; empty when it is about any.
inline std::string_view type_of_keyword(std::string_view key) {
  constexpr std::string_view kObject[] = {
      "properties",    "required",      "additionalProperties", "minProperties",
      "maxProperties", "propertyNames", "patternProperties",    "propertyOrdering"};
  constexpr std::string_view kArray[] = {"items",    "prefixItems", "minItems",
                                         "maxItems", "uniqueItems", "contains"};
  constexpr std::string_view kString[] = {"minLength", "maxLength", "pattern"};
  constexpr std::string_view kNumber[] = {"minimum", "maximum", "exclusiveMinimum",
                                          "exclusiveMaximum", "multipleOf"};
  if (has(kObject, key)) return "object";
  if (has(kArray, key)) return "array";
  if (has(kString, key)) return "string";
  return has(kNumber, key) ? "number" : std::string_view();
}

// True when the schema can be copied as it stands: nothing in it needs a second look.
class Fit {
 public:
  explicit Fit(const Target& target) : target_(target) {}

  bool operator()(const json::Value& schema) const {
    if (target_.upper_case_types || !schema.is_object()) return false;
    const Shape shape(schema);
    for (const auto& [key, value] : schema.members()) {
      if (!has(target_.keywords, key) || !fits(key, value, shape)) {
        return false;
      }
    }
    if (shape.any_of) return !shape.has_constraints;
    if (!shape.type) return !target_.is_strict && !shape.has_constraints;
    return !target_.is_strict || is_closed(shape);
  }

 private:
  // Required names are looked up one by one; longer lists go the way with a set.
  static constexpr std::size_t kMaxRequired = 64;

  struct Shape {
    explicit Shape(const json::Value& schema)
        : type(schema["type"]),
          any_of(schema["anyOf"]),
          properties(schema["properties"]),
          required(schema["required"]),
          additional(schema["additionalProperties"]) {
      for (const auto& member : schema.members()) {
        has_constraints = has_constraints || !(member.key == "anyOf" || is_annotation(member.key));
      }
    }
    json::Value type, any_of, properties, required, additional;
    bool has_constraints = false;
  };

  bool fits(std::string_view key, const json::Value& value, const Shape& shape) const {
    if (key == "type") return value.is_string() || is_nullable_type(value);
    if (key == "items") return (*this)(value);
    if (key == "additionalProperties") return value.is_bool() || (*this)(value);
    if (key == "enum") return fits_enum(value);
    if (key == "format") return target_.formats.empty() || has(target_.formats, value.as_string());
    if (key == "anyOf" || key == "prefixItems") {
      const auto items = value.items();
      return value.size() > 0 && std::all_of(items.begin(), items.end(), *this);
    }
    if (key == "properties") {
      const auto members = value.members();
      return value.is_object() &&
             std::all_of(members.begin(), members.end(),
                         [this](const json::Member& member) { return (*this)(member.value); });
    }
    if (key != "required") return true;
    const auto items = value.items();
    return value.size() <= kMaxRequired &&
           std::all_of(items.begin(), items.end(), [&](const json::Value& name) {
             return shape.properties[name.as_string()].exists();
           });
  }

  static bool is_nullable_type(const json::Value& type) {
    const bool has_null = type[0].as_string() == "null" || type[1].as_string() == "null";
    return type.size() == 2 && has_null && type[0].as_string() != type[1].as_string();
  }

  bool fits_enum(const json::Value& values) const {
    const auto items = values.items();
    return values.size() > 0 && std::all_of(items.begin(), items.end(), [&](const auto& value) {
             return value.is_string() || (value.is_number() && target_.enums != Enums::kStrings);
           });
  }

  static bool is_closed(const Shape& shape) {
    if (shape.type.as_string() != "object") return shape.type.is_string() || !shape.properties;
    return shape.additional.is_bool() && !shape.additional.as_bool() &&
           shape.required.size() == shape.properties.size();
  }

  const Target& target_;
};

}  // namespace detail
}  // namespace json_schema
}  // namespace v1
}  // namespace abv::sdk
