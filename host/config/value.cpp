#include "host/config/value.hpp"

#include <algorithm>

namespace abv::config {

std::string Place::text() const {
  if (line == 0) {
    return file;
  }
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Value::Value() = default;
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value Value::boolean(bool value, std::string text) {
  Value made;
  made.kind_ = Kind::kBool;
  made.bool_ = value;
  made.text_ = text.empty() ? (value ? "true" : "false") : std::move(text);
  return made;
}

Value Value::integer(std::int64_t value, std::string text) {
  Value made;
  made.kind_ = Kind::kInt;
  made.int_ = value;
  made.text_ = text.empty() ? std::to_string(value) : std::move(text);
  return made;
}

Value Value::number(double value, std::string text) {
  Value made;
  made.kind_ = Kind::kDouble;
  made.double_ = value;
  made.text_ = std::move(text);
  return made;
}

Value Value::string(std::string text) {
  Value made;
  made.kind_ = Kind::kString;
  made.text_ = std::move(text);
  return made;
}

Value Value::array() {
  Value made;
  made.kind_ = Kind::kArray;
  return made;
}

Value Value::object() {
  Value made;
  made.kind_ = Kind::kObject;
  return made;
}

Value& Value::push(Value item) {
  items_.push_back(std::move(item));
  return items_.back();
}

const Value* Value::find(std::string_view key) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == members_.end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view key) {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == members_.end() ? nullptr : &found->value;
}

Value& Value::set(std::string key, Value value) {
  if (!is_object()) {
    replace_content(object());
  }
  if (Value* present = find(key)) {
    *present = std::move(value);
    return *present;
  }
  Place key_place = value.place();
  members_.push_back(Member{std::move(key), std::move(key_place), std::move(value)});
  return members_.back().value;
}

void Value::erase(std::string_view key) {
  std::erase_if(members_, [&](const Member& member) { return member.key == key; });
}

std::size_t Value::size() const {
  return is_object() ? members_.size() : items_.size();
}

bool Value::equals(const Value& other) const {
  if (is_number() && other.is_number()) {
    return is_int() && other.is_int() ? int_ == other.int_ : as_double() == other.as_double();
  }
  if (kind_ != other.kind_ || size() != other.size()) {
    return false;
  }
  switch (kind_) {
    case Kind::kBool:
      return bool_ == other.bool_;
    case Kind::kString:
      return text_ == other.text_;
    case Kind::kArray:
      return std::equal(items_.begin(), items_.end(), other.items_.begin(),
                        [](const Value& a, const Value& b) { return a.equals(b); });
    case Kind::kObject:
      return std::all_of(members_.begin(), members_.end(), [&](const Member& member) {
        const Value* twin = other.find(member.key);
        return twin != nullptr && member.value.equals(*twin);
      });
    default:
      return true;
  }
}

void Value::set_origin_below(const Origin& origin) {
  origin_ = origin;
  for (Value& item : items_) {
    item.set_origin_below(origin);
  }
  for (Member& member : members_) {
    member.value.set_origin_below(origin);
  }
}

void Value::mark_secret() {
  secret_ = true;
  for (Value& item : items_) {
    item.mark_secret();
  }
  for (Member& member : members_) {
    member.value.mark_secret();
  }
}

void Value::replace_content(Value other) {
  kind_ = other.kind_;
  bool_ = other.bool_;
  int_ = other.int_;
  double_ = other.double_;
  text_ = std::move(other.text_);
  items_ = std::move(other.items_);
  members_ = std::move(other.members_);
}

}  // namespace abv::config
