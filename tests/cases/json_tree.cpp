#include "tests/cases/json_tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "abv/sdk/json.hpp"

namespace abv::cases {
namespace {

Json tree_of(const sdk::json::Value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_number()) return value.as_double();
  if (value.is_string()) return value.as_string();
  if (value.is_array()) {
    Json::List list;
    for (const auto& item : value.items())
      list.push_back(tree_of(item));
    return list;
  }
  if (!value.is_object()) return {};
  Json::Members members;
  for (const auto& [name, member] : value.members()) {
    if (!members.emplace(name, tree_of(member)).second) {
      throw std::runtime_error("the name \"" + name + "\" stands twice in one object");
    }
  }
  return members;
}

void write(const Json& value, sdk::json::Writer& out) {
  if (value.is_bool()) {
    out.value(value.flag());
  } else if (value.is_number()) {
    out.value(value.number());
  } else if (value.is_text()) {
    out.value(value.text());
  } else if (value.is_list()) {
    out.begin_array();
    for (const Json& item : value.list())
      write(item, out);
    out.end_array();
  } else if (value.is_object()) {
    out.begin_object();
    for (const auto& [name, member] : value.members()) {
      out.key(name);
      write(member, out);
    }
    out.end_object();
  } else {
    out.value(nullptr);
  }
}

std::string unescaped(std::string_view token) {
  std::string name;
  for (std::size_t at = 0; at < token.size(); ++at) {
    if (token[at] != '~' || at + 1 == token.size()) {
      name.push_back(token[at]);
    } else {
      name.push_back(token[++at] == '1' ? '/' : '~');
    }
  }
  return name;
}

std::size_t place_in(const Json& list, const std::string& token) {
  return token == "-" ? list.list().size() : static_cast<std::size_t>(std::stoul(token));
}

}  // namespace

Json Json::parse(std::string_view text) {
  const auto value = sdk::json::parse(text);
  if (!value) throw std::runtime_error("no JSON: " + std::string(text.substr(0, 200)));
  return tree_of(*value);
}

bool Json::flag() const {
  return is_bool() && std::get<bool>(value_);
}
double Json::number() const {
  return is_number() ? std::get<double>(value_) : 0;
}
const std::string& Json::text() const {
  static const std::string none;
  return is_text() ? std::get<std::string>(value_) : none;
}
const Json::List& Json::list() const {
  static const List none;
  return is_list() ? std::get<List>(value_) : none;
}
const Json::Members& Json::members() const {
  static const Members none;
  return is_object() ? std::get<Members>(value_) : none;
}

const Json& Json::operator[](const std::string& name) const {
  static const Json none;
  const auto found = members().find(name);
  return found == members().end() ? none : found->second;
}
const Json& Json::operator[](std::size_t index) const {
  static const Json none;
  return index < list().size() ? list()[index] : none;
}

Json::List& Json::items() {
  if (!is_list()) value_ = List();
  return std::get<List>(value_);
}
Json::Members& Json::fields() {
  if (!is_object()) value_ = Members();
  return std::get<Members>(value_);
}

const Json& Json::at(std::string_view pointer) const {
  const Json* value = this;
  while (!pointer.empty()) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string token = unescaped(pointer.substr(1, end - 1));
    value = value->is_list() ? &(*value)[place_in(*value, token)] : &(*value)[token];
    pointer.remove_prefix(end);
  }
  return *value;
}

void Json::put(std::string_view pointer, const Json& value) {
  if (pointer.empty()) {
    *this = value;
    return;
  }
  const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
  const std::string token = unescaped(pointer.substr(1, end - 1));
  const bool takes_away = end == pointer.size() && value == Json("<absent>");
  if (is_list()) {
    const std::size_t place = place_in(*this, token);
    if (takes_away) {
      items().erase(items().begin() + static_cast<std::ptrdiff_t>(place));
      return;
    }
    if (place >= items().size()) items().resize(place + 1);
    items()[place].put(pointer.substr(end), value);
  } else if (takes_away) {
    remove(token);
  } else {
    field(token).put(pointer.substr(end), value);
  }
}

void Json::merge(const Json& other) {
  if (!is_object() || !other.is_object()) {
    *this = other;
    return;
  }
  for (const auto& [name, member] : other.members())
    field(name).merge(member);
}

std::string Json::dump() const {
  sdk::json::Writer out;
  write(*this, out);
  return out.take();
}

Json read_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  try {
    return Json::parse(text);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

}  // namespace abv::cases
