#pragma once

#include <string>

#include "abv/sdk/json.hpp"
#include "abv/sdk/wrong_type.hpp"

namespace abv::gemini {

using sdk::wrong_type;

// These refuse what is of another type.
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
