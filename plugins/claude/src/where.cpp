#include "where.hpp"

#include <limits>

#include "abv/sdk/wrong_type.hpp"

namespace abv::claude {

namespace json = sdk::json;

std::string Where::text() const {
  std::string text = outer_ == nullptr ? std::string() : outer_->text();
  if (name_.empty()) return text + "[" + std::to_string(index_) + "]";
  if (!text.empty()) text += ".";
  return text.append(name_);
}

void refuse(const Where& where, std::string_view expected, const json::Value& got) {
  throw sdk::wrong_type(where.text(), expected, got);
}

bool is_given(const json::Value& value) {
  return value.exists() && !value.is_null();
}

void expect_object(const json::Value& value, const Where& where) {
  if (!value.is_object()) refuse(where, "an object", value);
}

void expect_array(const json::Value& value, const Where& where) {
  if (!value.is_array()) refuse(where, "an array", value);
}

void expect_string(const json::Value& value, const Where& where) {
  if (!value.is_string()) refuse(where, "a string", value);
}

void expect_number(const json::Value& value, const Where& where) {
  if (!value.is_number()) refuse(where, "a number", value);
}

void expect_whole(const json::Value& value, const Where& where) {
  constexpr auto kNone = std::numeric_limits<std::int64_t>::min();
  if (value.as_int(kNone) == kNone) refuse(where, "a whole number", value);
}

void expect_bool(const json::Value& value, const Where& where) {
  if (!value.is_bool()) refuse(where, "a boolean", value);
}

}  // namespace abv::claude
