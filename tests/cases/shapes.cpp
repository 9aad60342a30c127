#include "tests/cases/shapes.hpp"

#include <cmath>
#include <stdexcept>

namespace abv::cases {
namespace {

std::vector<std::string> alternatives(const std::string& spec) {
  std::vector<std::string> found(1);
  int depth = 0;
  for (const char c : spec) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == '|' && depth == 0) {
      found.emplace_back();
    } else {
      found.back().push_back(c);
    }
  }
  return found;
}

bool is_optional(const std::string& spec) {
  return !spec.empty() && spec.back() == '?';
}

std::string shown(const Json& value) {
  const std::string text = value.dump();
  return text.size() <= 120 ? text : text.substr(0, 120) + "…";
}

}  // namespace

std::vector<std::string> Shapes::faults(const std::string& type, const Json& value) const {
  Faults faults;
  check(type, value, type, faults);
  return faults;
}

void Shapes::check(const std::string& spec, const Json& value, const std::string& path,
                   Faults& faults) const {
  Faults inner;
  for (const std::string& one : alternatives(spec)) {
    Faults its;
    const bool is_kind = check_one(one, value, path, its);
    if (is_kind && its.empty()) return;
    if (is_kind && (inner.empty() || its.size() < inner.size())) inner = its;
  }
  if (inner.empty()) inner.push_back(path + ": expected " + spec + ", got " + shown(value));
  faults.insert(faults.end(), inner.begin(), inner.end());
}

// Whether `value` is of that kind at all; `faults` then tells what is wrong inside.
bool Shapes::check_one(const std::string& spec, const Json& value, const std::string& path,
                       Faults& faults) const {
  if (spec == "any") return true;
  if (spec == "string") return value.is_text();
  if (spec == "number") return value.is_number();
  if (spec == "integer") return value.is_number() && std::trunc(value.number()) == value.number();
  if (spec == "boolean") return value.is_bool();
  if (spec == "null") return value.is_null();
  if (spec == "object") return value.is_object();
  if (spec.front() == '\'') return value == Json(spec.substr(1, spec.size() - 2));
  if (spec.front() == '[') {
    for (std::size_t i = 0; i < value.list().size(); ++i)
      check(spec.substr(1, spec.size() - 2), value[i], path + "[" + std::to_string(i) + "]",
            faults);
    return value.is_list();
  }
  const Json& type = types_[spec];
  if (type.is_null()) throw std::runtime_error("shapes: no type " + spec);
  if (type.is_text()) {
    check(type.text(), value, path, faults);
    return true;
  }
  if (!value.is_object()) return false;
  check_type(spec, value, path, faults);
  return true;
}

void Shapes::check_type(const std::string& name, const Json& value, const std::string& path,
                        Faults& faults) const {
  const Json& type = types_[name];
  if (type.has("<tag>")) {
    const std::string tag = value[type["<tag>"].text()].text();
    if (type.has(tag)) {
      check(type[tag].text(), value, path, faults);
    } else {
      faults.push_back(path + ": no " + name + " has " + type["<tag>"].text() + " \"" + tag + "\"");
    }
    return;
  }
  for (const auto& [field, spec] : type.members()) {
    if (field.front() == '<' || value.has(field) || is_optional(spec.text())) continue;
    faults.push_back(path + ": " + name + " needs " + field);
  }
  for (const auto& [field, member] : value.members()) {
    std::string spec = type[field].text();
    if (spec.empty()) {
      if (!type["<more>"].flag())
        faults.push_back(path + ": no " + name + " has \"" + field + "\"");
      continue;
    }
    if (is_optional(spec)) spec.pop_back();
    check(spec, member, path + "." + field, faults);
  }
}

}  // namespace abv::cases
