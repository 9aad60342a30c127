// Gathers what holds for one value of a JSON Schema: its own keywords and those that allOf and $ref
// bring in. The insides of json_schema.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/json.hpp"
#include "abv/sdk/json_schema_target.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json_schema {
namespace detail {

using Values = std::vector<json::Value>;

// A schema and all that holds beside it: what allOf and $ref bring in.
struct Node {
  struct Field {
    std::string key;
    Values values;  // one, but for items and additionalProperties, where all of them hold
  };
  struct Property {
    std::string name;
    Values values;
  };

  std::vector<Field> fields;
  std::vector<Property> properties;
  std::set<std::string> required;
  std::vector<std::string> types;  // without "null"; empty: any
  Values branches;                 // of anyOf
  json::Value values;              // of enum
  json::Value constant;            // of const
  json::Value again;               // a definition that this stands in; nothing else counts then
  std::vector<std::string> words;  // for the description
  bool is_nullable = false;
  bool is_null_told = false;  // null among `values` counts no more
  bool is_never = false;      // no value is allowed
  bool is_cut = false;        // too deep, or too much in all

  const Field* find(std::string_view key) const {
    const auto same = [&](const Field& field) { return field.key == key; };
    const auto found = std::find_if(fields.begin(), fields.end(), same);
    return found == fields.end() ? nullptr : &*found;
  }

  // Where nothing but annotations stands beside anyOf.
  bool is_bare() const {
    const auto annotates = [](const Field& field) { return is_annotation(field.key); };
    return properties.empty() && required.empty() && types.empty() && !values && !constant &&
           std::all_of(fields.begin(), fields.end(), annotates);
  }
};

// Makes nodes of schemas. `Losses` has approximated(path, why) and dropped(path, why).
template <class Losses>
class Gatherer {
 public:
  Gatherer(const json::Value& root, const Target& target, Losses& losses, std::string_view path)
      : root_(root), target_(target), losses_(losses), path_(path) {}

 protected:
  static constexpr std::size_t kMaxDepth = 64;
  static constexpr std::size_t kMaxNodes = 20'000;  // references can make a small schema explode

  // Appends a step to the path as long as it lives.
  class Step {
   public:
    Step(std::string& path, std::string_view name) : path_(path), size_(path.size()) {
      path_.push_back('/');
      for (const char c : name) {
        if (c == '~' || c == '/') {
          path_.append(c == '~' ? "~0" : "~1");
        } else {
          path_.push_back(c);
        }
      }
    }
    ~Step() { path_.resize(size_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::string& path_;
    std::size_t size_;
  };

  void collect(const json::Value& schema, Node& node) {
    if (schema.is_bool()) node.is_never = node.is_never || !schema.as_bool();
    if (schema.is_object() && ++collected_ > kMaxNodes) node.is_cut = true;
    if (node.is_cut) return;
    for (const auto& [key, value] : schema.members())
      take(key, value, node);
    if (const auto ref = schema["$ref"]; ref.is_string()) follow(ref, node);
    for (const auto& branch : schema["allOf"].items())
      collect(branch, node);
  }

  void take(const std::string& key, const json::Value& value, Node& node) {
    if (is_bookkeeping(key) || key == "$ref" || key == "allOf") return;
    if (key == "properties" && value.is_object()) {
      for (const auto& [name, schema] : value.members())
        take_property(name, schema, node);
    } else if (key == "required" && value.is_array()) {
      for (const auto& name : value.items())
        node.required.insert(name.as_string());
    } else if (key == "type") {
      take_type(value, node);
    } else if (key == "nullable") {
      node.is_nullable = node.is_nullable || value.as_bool();
    } else if ((key == "anyOf" || key == "oneOf") && node.branches.empty()) {
      for (const auto& branch : value.items())
        node.branches.push_back(branch);
    } else if (key == "enum" && value.is_array() && !node.values) {
      node.values = value;
    } else if (key == "const" && !node.constant) {
      node.constant = value;
    } else if (key == "unevaluatedProperties") {
      take_field("additionalProperties", value, node);
    } else {
      take_field(key, value, node);
    }
  }

  static void take_property(const std::string& name, const json::Value& schema, Node& node) {
    for (auto& property : node.properties) {
      if (property.name == name) return property.values.push_back(schema);
    }
    node.properties.push_back({name, {schema}});
  }

  static void take_type(const json::Value& type, Node& node) {
    std::vector<std::string> types;
    bool has_null = type.as_string() == "null";
    if (type.is_string() && !has_null) types.push_back(type.as_string());
    for (const auto& item : type.items()) {
      has_null = has_null || item.as_string() == "null";
      if (item.as_string() != "null") types.push_back(item.as_string());
    }
    const bool is_first = node.types.empty() && !node.is_nullable;
    if (is_first) {
      node.types = std::move(types);
      node.is_nullable = has_null;
      return;
    }
    // Both must hold; "integer" is the stricter "number".
    std::vector<std::string> both;
    for (const auto& one : node.types) {
      const auto fits = [&](const std::string& other) {
        return one == other || (one == "integer" && other == "number");
      };
      if (std::any_of(types.begin(), types.end(), fits)) both.push_back(one);
    }
    if (!both.empty()) node.types = std::move(both);
    node.is_nullable = node.is_nullable && has_null;
  }

  void take_field(const std::string& key, const json::Value& value, Node& node) {
    const auto same = [&](const Node::Field& one) { return one.key == key; };
    const auto field = std::find_if(node.fields.begin(), node.fields.end(), same);
    if (field == node.fields.end()) return node.fields.push_back({key, {value}});
    const json::Value& old = field->values.front();
    if (key == "items" || key == "additionalProperties") {
      field->values.push_back(value);
    } else if (key.starts_with("min") || key == "exclusiveMinimum") {
      if (value.as_double() > old.as_double()) field->values = {value};
    } else if (key.starts_with("max") || key == "exclusiveMaximum") {
      if (value.as_double() < old.as_double()) field->values = {value};
    } else if (!is_annotation(key) && value.raw() != old.raw()) {
      put_in_words(key, value, node);
    }
  }

  // References.

  json::Value resolve(std::string_view ref) const {
    if (ref == "#") return root_;
    if (!ref.starts_with("#/")) return {};
    json::Value found = root_;
    for (ref.remove_prefix(1); !ref.empty() && found;) {
      const auto end = std::min(ref.find('/', 1), ref.size());
      std::string name = percent_decode(ref.substr(1, end - 1));
      for (auto at = name.find('~'); at != std::string::npos; at = name.find('~', at + 1))
        name.replace(at, 2, name.substr(at, 2) == "~1" ? "/" : "~");
      found = found.is_array() && !name.empty() && name.size() < 6 &&
                      name.find_first_not_of("0123456789") == std::string::npos
                  ? found[static_cast<std::size_t>(std::stoul(name))]
                  : found[name];
      ref.remove_prefix(end);
    }
    return found;
  }

  void follow(const json::Value& ref, Node& node) {
    const auto text = ref.as_string();
    const json::Value definition = resolve(text);
    if (!definition) return put_in_words("$ref", ref, node);
    name_of(definition, text);
    if (std::find(active_.begin(), active_.end(), definition.offset()) != active_.end()) {
      node.again = definition;
      return;
    }
    node.is_cut = node.is_cut || active_.size() >= kMaxDepth;
    active_.push_back(definition.offset());
    collect(definition, node);
  }

  // The name that a definition has under "$defs".
  std::string name_of(const json::Value& definition, std::string_view ref = "schema") {
    for (const auto& known : names_) {
      if (known.offset == definition.offset()) return known.name;
    }
    std::string name(ref.substr(ref.rfind('/') + 1));
    for (char& c : name) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
      c = plain ? c : '_';
    }
    if (name == "_") name = "root";
    const auto same = [&](const Name& known) { return known.name == name; };
    if (std::any_of(names_.begin(), names_.end(), same)) name += std::to_string(names_.size());
    names_.push_back({definition.offset(), name});
    return name;
  }

  // Tells in the description what the target has no keyword for.
  void put_in_words(std::string_view key, const json::Value& value, Node& node) {
    constexpr std::size_t kLongest = 400;
    std::string text(value.is_string() ? value.as_string() : std::string(value.raw()));
    if (text.size() > kLongest) {
      text.resize(kLongest);
      while (!text.empty() && utf8_length(text.substr(text.size() - 1)) == 0)
        text.pop_back();
      text += "...";
    }
    node.words.push_back(std::string(key) + ": " + text);
    losses_.approximated(path_ + "/" + std::string(key), "stands in words in the description");
  }

  bool knows(std::string_view key) const { return has(target_.keywords, key); }

  // A branch "null" is what a nullable value has; a single other one holds for all.
  void unite_branches(Node& node) {
    while (!node.branches.empty()) {
      Values others;
      for (const auto& branch : node.branches) {
        const bool is_null = branch["type"].as_string() == "null";
        node.is_nullable = node.is_nullable || is_null;
        if (!is_null) others.push_back(branch);
      }
      node.branches = std::move(others);
      if (node.branches.size() != 1) return;
      const json::Value only = node.branches.front();
      const bool is_nullable = node.is_nullable;
      node.branches.clear();
      node.is_nullable = false;
      collect(only, node);
      node.is_nullable = node.is_nullable || is_nullable;
      if (node.again) return;
    }
  }

  // Looks through enum and const: null goes out, and what the target has no enum for goes to words.
  void prepare_values(Node& node) {
    if (node.values) node.constant = {};
    if (node.constant.is_null()) {
      node.constant = {};
      node.types = {"null"};
    }
    if (!node.values && !node.constant) return;
    bool all_strings = true, all_numbers = true, all_bools = true, all_whole = true;
    for (const auto& value : values_of(node)) {
      all_strings = all_strings && value.is_string();
      all_numbers = all_numbers && value.is_number();
      all_whole = all_whole && value.raw().find_first_of(".eE") == std::string_view::npos;
      all_bools = all_bools && value.is_bool();
    }
    for (const auto& value : node.values.items())
      node.is_nullable = node.is_nullable || (value.is_null() && !node.is_null_told);
    node.is_null_told = true;
    const bool is_plain = all_strings || all_numbers;
    if (target_.enums == Enums::kStrings && !all_strings && !all_bools) {
      losses_.approximated(path_ + "/enum", "the upstream takes strings only");
      node.types = {"string"};
    } else if (target_.enums != Enums::kAny && !is_plain) {
      put_in_words("enum", node.values ? node.values : node.constant, node);
      if (node.types.empty() && all_bools) node.types = {"boolean"};
      node.values = node.constant = {};
    } else if (node.types.size() != 1) {
      node.types.clear();
      if (all_strings) node.types = {"string"};
      if (all_bools) node.types = {"boolean"};
      if (all_numbers) node.types = {all_whole ? "integer" : "number"};
    }
  }

  static Values values_of(const Node& node) {
    if (node.constant) return {node.constant};
    Values values;
    for (const auto& value : node.values.items()) {
      if (!value.is_null()) values.push_back(value);
    }
    return values;
  }

  void infer_type(Node& node) {
    if (!node.types.empty() || !node.branches.empty() || node.values || node.constant) return;
    if (!node.properties.empty()) node.types = {"object"};
    for (const auto& field : node.fields) {
      const auto type = type_of_keyword(field.key);
      if (node.types.empty() && (type == "object" || type == "array")) {
        node.types.emplace_back(type);
      }
    }
  }

  const json::Value root_;
  const Target& target_;
  Losses& losses_;
  std::string path_;                 // of the value in work
  std::vector<std::size_t> active_;  // where the definitions begin that the value stands in

 private:
  struct Name {
    std::size_t offset;
    std::string name;
  };

  std::vector<Name> names_;  // of definitions
  std::size_t collected_ = 0;
};

}  // namespace detail
}  // namespace json_schema
}  // namespace v1
}  // namespace abv::sdk
