#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

namespace abv::claude {

// A place in a request, as a chain of steps on the stack: it costs nothing until a message needs
// its text. The steps before it and the names must outlive it.
class Where {
 public:
  explicit Where(std::string_view name) : name_(name) {}
  Where(const Where& outer, std::string_view name) : outer_(&outer), name_(name) {}
  Where(const Where& outer, std::size_t index) : outer_(&outer), index_(index) {}

  // "messages[3].content"
  std::string text() const;

 private:
  const Where* outer_ = nullptr;
  std::string_view name_;  // empty: an index
  std::size_t index_ = 0;
};

// Throws Failure 400: "messages[3].content: expected a string or an array, got a number".
[[noreturn]] void refuse(const Where& where, std::string_view expected,
                         const sdk::json::Value& got);

// These refuse what is there and of another type. Null counts as absent.
bool is_given(const sdk::json::Value& value);
void expect_object(const sdk::json::Value& value, const Where& where);
void expect_array(const sdk::json::Value& value, const Where& where);
void expect_string(const sdk::json::Value& value, const Where& where);
void expect_number(const sdk::json::Value& value, const Where& where);
void expect_whole(const sdk::json::Value& value, const Where& where);
void expect_bool(const sdk::json::Value& value, const Where& where);

}  // namespace abv::claude
