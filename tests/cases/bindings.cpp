#include "tests/cases/bindings.hpp"

#include <algorithm>
#include <optional>

namespace abv::cases {
namespace {

struct Placeholder {
  std::string name;
  bool is_optional = false;
};

// "<$name>" or "<$name?>".
std::optional<Placeholder> name_in(const Json& value) {
  const std::string& text = value.text();
  if (text.size() < 4 || text.compare(0, 2, "<$") != 0 || text.back() != '>') return std::nullopt;
  const bool is_optional = text[text.size() - 2] == '?';
  return Placeholder{text.substr(2, text.size() - 3 - (is_optional ? 1 : 0)), is_optional};
}

std::string shown(const Json& value) {
  const std::string text = value.dump();
  return text.size() <= 300 ? text : text.substr(0, 300) + "…";
}

}  // namespace

Json Bindings::fill(const Json& document) const {
  if (document.is_list()) {
    Json filled = Json::List();
    for (const Json& item : document.list())
      filled.add(fill(item));
    return filled;
  }
  if (!document.is_object()) return document;
  Json filled = Json::Members();
  for (const auto& [name, member] : document.members()) {
    const auto placeholder = name_in(member);
    if (!placeholder) {
      filled.field(name) = fill(member);
      continue;
    }
    const auto value = values_.find(placeholder->name);
    if (value != values_.end() && !value->second.empty()) filled.field(name) = value->second;
  }
  return filled;
}

std::vector<std::string> Bindings::differences(const Json& expected, const Json& actual) {
  std::vector<std::string> found;
  compare(expected, actual, "", found);
  return found;
}

bool Bindings::fits(const std::string& placeholder, const Json& actual) {
  if (placeholder == "<any>" || placeholder == "<maybe>") return true;
  if (placeholder == "<string>") return !actual.text().empty();
  if (placeholder == "<number>") return actual.is_number();
  const auto name = name_in(Json(placeholder));
  if (!name) return actual.text() == placeholder;
  const auto known = values_.find(name->name);
  if (known != values_.end()) {
    return actual.text() == known->second || (name->is_optional && actual.text().empty());
  }
  if (actual.text().empty()) return name->is_optional;
  values_[name->name] = actual.text();
  return true;
}

bool Bindings::may_be_missing(const Json& expected) const {
  if (expected.text() == "<absent>" || expected.text() == "<maybe>") return true;
  const auto name = name_in(expected);
  if (!name) return false;
  const auto known = values_.find(name->name);
  return name->is_optional || (known != values_.end() && known->second.empty());
}

void Bindings::compare(const Json& expected, const Json& actual, const std::string& path,
                       std::vector<std::string>& found) {
  if (expected.is_object() && actual.is_object()) {
    compare_members(expected, actual, path, found);
  } else if (expected.is_list() && actual.is_list()) {
    for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i)
      compare(expected[i], actual[i], path + "/" + std::to_string(i), found);
    for (std::size_t i = actual.size(); i < expected.size(); ++i)
      found.push_back(path + "/" + std::to_string(i) + ": missing " + shown(expected[i]));
    for (std::size_t i = expected.size(); i < actual.size(); ++i)
      found.push_back(path + "/" + std::to_string(i) + ": unexpected " + shown(actual[i]));
  } else if (!(expected.is_text() ? fits(expected.text(), actual) : expected == actual)) {
    found.push_back(path + ": expected " + shown(expected) + ", got " + shown(actual));
  }
}

void Bindings::compare_members(const Json& expected, const Json& actual, const std::string& path,
                               std::vector<std::string>& found) {
  for (const auto& [name, member] : expected.members()) {
    if (actual.has(name)) {
      compare(member, actual[name], path + "/" + name, found);
    } else if (!may_be_missing(member)) {
      found.push_back(path + "/" + name + ": missing " + shown(member));
    }
  }
  for (const auto& [name, member] : actual.members()) {
    if (!expected.has(name)) found.push_back(path + "/" + name + ": unexpected " + shown(member));
  }
}

}  // namespace abv::cases
