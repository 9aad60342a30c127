// What a dialect says of a request in which a value is of another type than its format has there.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json_reader.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json {

// What a value is, for people: "a number", "null"; "nothing" when it is absent.
inline std::string_view kind_of(const Value& value) {
  if (!value.exists()) return "nothing";
  if (value.is_null()) return "null";
  if (value.is_bool()) return "a boolean";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  return value.is_array() ? "an array" : "an object";
}

}  // namespace json

// Failure 400 "messages[3].content: expected a string or an array, got a number", to be thrown.
inline Failure wrong_type(std::string where, std::string_view expected, const json::Value& got) {
  Failure failure{400, "invalid_request_error"};
  failure.message.append(where).append(": expected ").append(expected);
  failure.message.append(", got ").append(json::kind_of(got));
  failure.param = std::move(where);
  return failure;
}

}  // namespace v1
}  // namespace abv::sdk
