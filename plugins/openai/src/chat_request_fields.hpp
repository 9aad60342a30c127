#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"

// Fields of a request with their types checked.
namespace abv::openai {

// Where a value stands, made on the way down and spelled out only when it is told. A place refers
// to the one around it, so keep that in a variable.
class Place {
 public:
  Place() = default;
  Place(const Place& outer, std::string_view name) : outer_(&outer), name_(name) {}
  Place(const Place& outer, std::size_t index) : outer_(&outer), index_(index), is_index_(true) {}

  // "messages[3].content", for messages to people.
  std::string dotted() const;
  // "/messages/3/content", for losses.
  std::string pointer() const;

 private:
  const Place* outer_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  bool is_index_ = false;
};

// Throws Failure 400 "<place>: <message>".
[[noreturn]] void refuse(const Place& place, const std::string& message);
// Throws Failure 400 "<place>: expected a string, got a number".
[[noreturn]] void refuse(const Place& place, std::string_view expected,
                         const sdk::json::Value& got);

// The value of a field; nothing when it is absent or null. They throw Failure 400 when it is of
// another type.
std::optional<double> read_number(const sdk::json::Value& value, const Place& place);
std::optional<std::int64_t> read_integer(const sdk::json::Value& value, const Place& place);
std::optional<bool> read_flag(const sdk::json::Value& value, const Place& place);
std::string read_word(const sdk::json::Value& value, const Place& place);
sdk::chat::Json read_string(const sdk::json::Value& value, const Place& place);
sdk::chat::Json read_object(const sdk::json::Value& value, const Place& place);
std::vector<std::string> read_words(const sdk::json::Value& value, const Place& place);

inline bool is_given(const sdk::json::Value& value) {
  return value.exists() && !value.is_null();
}

// The body of a request, which must be an object. `document` keeps it.
sdk::json::Value read_body(std::string_view body, sdk::json::Document& document);

// Puts the members of `object` that are not `known` into extras of `dialect`, with `prefix` before
// their names. Members that are null say nothing and are left out.
void keep_rest(const sdk::json::Value& object, std::initializer_list<std::string_view> known,
               std::string_view dialect, std::string_view prefix, sdk::chat::Extras& extras);

}  // namespace abv::openai
