#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace abv::cases {

// A JSON value that can be changed, for expectations. Members are sorted by name, numbers compare
// by value.
class Json {
 public:
  using List = std::vector<Json>;
  using Members = std::map<std::string, Json>;

  Json() = default;
  Json(bool flag) : value_(flag) {}                          // NOLINT(google-explicit-constructor)
  Json(double number) : value_(number) {}                    // NOLINT(google-explicit-constructor)
  Json(int number) : value_(static_cast<double>(number)) {}  // NOLINT(google-explicit-constructor)
  Json(std::string text) : value_(std::move(text)) {}        // NOLINT(google-explicit-constructor)
  Json(const char* text) : value_(std::string(text)) {}      // NOLINT(google-explicit-constructor)
  Json(List list) : value_(std::move(list)) {}               // NOLINT(google-explicit-constructor)
  Json(Members members) : value_(std::move(members)) {}      // NOLINT(google-explicit-constructor)

  // Throws std::runtime_error for what is no JSON, and for an object with one name twice.
  static Json parse(std::string_view text);

  bool is_null() const { return value_.index() == 0; }
  bool is_bool() const { return value_.index() == 1; }
  bool is_number() const { return value_.index() == 2; }
  bool is_text() const { return value_.index() == 3; }
  bool is_list() const { return value_.index() == 4; }
  bool is_object() const { return value_.index() == 5; }

  // What is of another kind is false, 0, empty.
  bool flag() const;
  double number() const;
  const std::string& text() const;
  const List& list() const;
  const Members& members() const;

  // Null for what is not there.
  const Json& operator[](const std::string& name) const;
  const Json& operator[](std::size_t index) const;
  // Where the JSON pointer leads.
  const Json& at(std::string_view pointer) const;
  bool has(const std::string& name) const { return members().count(name) > 0; }
  std::size_t size() const { return is_list() ? list().size() : members().size(); }

  // To change it; a null becomes a list or an object first.
  List& items();
  Members& fields();
  Json& field(const std::string& name) { return fields()[name]; }
  void add(Json item) { items().push_back(std::move(item)); }
  void remove(const std::string& name) { fields().erase(name); }

  // Puts `value` where the JSON pointer leads; what is missing on the way is made. "-" adds to a
  // list. The text "<absent>" takes away what is there.
  void put(std::string_view pointer, const Json& value);

  // Adds and replaces the members of `other`, in depth. A null stays a null.
  void merge(const Json& other);

  std::string dump() const;

  bool operator==(const Json& other) const { return value_ == other.value_; }
  bool operator!=(const Json& other) const { return !(*this == other); }

 private:
  std::variant<std::nullptr_t, bool, double, std::string, List, Members> value_ = nullptr;
};

// The JSON in a file; throws std::runtime_error that names it.
Json read_json(const std::string& path);

}  // namespace abv::cases
