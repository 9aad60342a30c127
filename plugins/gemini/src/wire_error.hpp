#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"
#include "abv/sdk/wrong_type.hpp"

namespace abv::gemini {

// A place in a request, as a chain of steps on the stack, which is spelled out only when a message
// needs it. The steps before it and the names must outlive it.
class Where {
 public:
  template <std::convertible_to<std::string_view> Name>
  Where(const Name& name) : name_(name) {}
  Where(const Where& outer, std::string_view name) : outer_(&outer), name_(name) {}
  Where(const Where& outer, std::size_t index) : outer_(&outer), index_(index) {}

  // "contents[0].parts[1].text"
  std::string text() const {
    std::string text = outer_ == nullptr ? std::string() : outer_->text();
    if (name_.empty()) return text + "[" + std::to_string(index_) + "]";
    if (!text.empty()) text += ".";
    return text.append(name_);
  }

 private:
  const Where* outer_ = nullptr;
  std::string_view name_;  // empty: an index
  std::size_t index_ = 0;
};

inline sdk::Failure wrong_type(const Where& where, std::string_view expected,
                               const sdk::json::Value& got) {
  return sdk::wrong_type(where.text(), expected, got);
}

// These refuse what is of another type.
inline void expect_object(const sdk::json::Value& value, const Where& where) {
  if (!value.is_object()) throw wrong_type(where, "an object", value);
}
inline void expect_string(const sdk::json::Value& value, const Where& where) {
  if (!value.is_string()) throw wrong_type(where, "a string", value);
}
inline void expect_number(const sdk::json::Value& value, const Where& where) {
  if (!value.is_number()) throw wrong_type(where, "a number", value);
}

}  // namespace abv::gemini
