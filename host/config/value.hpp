#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace abv::config {

// Where something is written.
struct Place {
  std::string file;
  int line = 0;    // counted from 1; 0 when the place is not in a file
  int column = 0;  // in bytes, counted from 1

  // "config/abv.yaml:12:5", or only `file` when there is no line.
  std::string text() const;
};

// Where a value comes from. The order of precedence is environment, YAML, default.
struct Origin {
  enum class Source { kYaml, kEnvironment, kDefault };

  Source source = Source::kYaml;
  std::string variable;  // names of the variables, for kEnvironment only
};

struct Member;

// A tree like JSON whose nodes know where they were written and where they come from.
//
// Objects keep the order of their members. A number or boolean keeps its text as it was written, so
// that a string setting can take it over unchanged ("1.10" stays "1.10"). Copies are deep.
//
// A const Value may be read from any thread.
class Value {
 public:
  enum class Kind { kNull, kBool, kInt, kDouble, kString, kArray, kObject };

  Value();  // null
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  // `text` is the scalar as it was written; empty means the usual form.
  static Value boolean(bool value, std::string text = {});
  static Value integer(std::int64_t value, std::string text = {});
  static Value number(double value, std::string text = {});
  static Value string(std::string text);
  static Value array();
  static Value object();

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_int() const { return kind_ == Kind::kInt; }
  bool is_number() const { return kind_ == Kind::kInt || kind_ == Kind::kDouble; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }
  bool is_scalar() const { return !is_array() && !is_object(); }

  // False for anything that is not a boolean.
  bool as_bool() const { return bool_; }
  // 0 for anything that is not an integer.
  std::int64_t as_int() const { return int_; }
  // Also for integers; 0 for anything that is not a number.
  double as_double() const { return is_int() ? static_cast<double>(int_) : double_; }
  // The text of a string; of a number or boolean, the scalar as it was written.
  const std::string& text() const { return text_; }

  // Of an array; empty for anything else.
  const std::vector<Value>& items() const { return items_; }
  std::vector<Value>& items() { return items_; }
  Value& push(Value item);

  // Of an object; empty for anything else.
  const std::vector<Member>& members() const { return members_; }
  std::vector<Member>& members() { return members_; }
  // Null when there is no such member.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  // Replaces the member, or appends it. Makes an object of anything else.
  Value& set(std::string key, Value value);
  void erase(std::string_view key);

  // Number of items or members.
  std::size_t size() const;

  // The value at a dotted path, null when there is none. The first match of a selector counts.
  // See value_path.hpp for the grammar: `routes[0].models`, `middlewares[plugin=abv.auth].mode`.
  const Value* lookup(std::string_view path) const;

  // Compact JSON with members in order. Numbers keep their digits. Secrets are in clear: the result
  // goes to a component, never to a log.
  std::string to_json() const;
  // The same with two spaces of indentation and a newline at the end.
  std::string to_pretty_json() const;

  // Equal in JSON terms: 1 equals 1.0, the order of members does not matter, places do not count.
  bool equals(const Value& other) const;

  const Place& place() const { return place_; }
  void set_place(Place place) { place_ = std::move(place); }

  const Origin& origin() const { return origin_; }
  void set_origin(Origin origin) { origin_ = std::move(origin); }
  bool is_from_environment() const { return origin_.source == Origin::Source::kEnvironment; }
  // Sets the origin of this node and of all below it.
  void set_origin_below(const Origin& origin);

  // A secret prints as *** everywhere but in to_json().
  bool is_secret() const { return secret_; }
  // Marks this node and all below it.
  void mark_secret();

  // True when the scalar stands for exactly one ${…}: its text may then be read as the type that
  // the schema asks for, although it may have been written in quotes.
  bool is_retypable() const { return retypable_; }
  void set_retypable(bool retypable) { retypable_ = retypable; }

  // Takes over the kind and content of `other`, and keeps place, origin and marks.
  void replace_content(Value other);

 private:
  Kind kind_ = Kind::kNull;
  bool bool_ = false;
  bool secret_ = false;
  bool retypable_ = false;
  std::int64_t int_ = 0;
  double double_ = 0;
  std::string text_;
  std::vector<Value> items_;
  std::vector<Member> members_;
  Place place_;
  Origin origin_;
};

struct Member {
  std::string key;
  Place key_place;
  Value value;
};

}  // namespace abv::config
