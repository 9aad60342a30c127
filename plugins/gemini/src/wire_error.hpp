#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json.hpp"

namespace abv::gemini {

// What a value is, for messages.
inline const char* kind_of(const sdk::json::Value& value) {
  if (!value) return "nothing";
  if (value.is_null()) return "null";
  if (value.is_bool()) return "a boolean";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  return value.is_array() ? "an array" : "an object";
}

// A request that is malformed: `where` expected `what`, and got something else.
inline sdk::Failure wrong_type(const std::string& where, std::string_view what,
                               const sdk::json::Value& got) {
  sdk::Failure failure{400, "invalid_request_error",
                       where + ": expected " + std::string(what) + ", got " + kind_of(got)};
  failure.param = where;
  return failure;
}

inline void expect_object(const sdk::json::Value& value, const std::string& where) {
  if (!value.is_object()) throw wrong_type(where, "an object", value);
}
inline void expect_string(const sdk::json::Value& value, const std::string& where) {
  if (!value.is_string()) throw wrong_type(where, "a string", value);
}
inline void expect_number(const sdk::json::Value& value, const std::string& where) {
  if (!value.is_number()) throw wrong_type(where, "a number", value);
}

}  // namespace abv::gemini
