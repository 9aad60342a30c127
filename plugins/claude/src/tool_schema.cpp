#include "tool_schema.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "abv/sdk/json.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::string_view kEmptyObject = R"({"type":"object","properties":{}})";

// How many schemas one merge looks at: references may lead in circles.
constexpr int kMaxSchemas = 500;
constexpr int kMaxDepth = 8;

struct Property {
  std::string name;
  std::vector<std::string> schemas;  // all different
};

// What is left of a schema when only an object's properties can be said.
struct Flat {
  std::vector<Property> properties;
  std::vector<std::string> required;
};

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// One schema for a property that has several: `word` is how they belong together.
std::string joined(const std::vector<std::string>& schemas, std::string_view word) {
  if (schemas.size() == 1) return schemas.front();
  json::Writer out;
  out.begin_object().key(word).begin_array();
  for (const std::string& schema : schemas)
    out.raw(schema);
  out.end_array().end_object();
  return out.take();
}

void add_property(Flat& flat, const std::string& name, const std::string& schema) {
  const auto same = [&](const Property& property) { return property.name == name; };
  auto found = std::find_if(flat.properties.begin(), flat.properties.end(), same);
  if (found == flat.properties.end()) {
    flat.properties.push_back({name, {}});
    found = flat.properties.end() - 1;
  }
  if (!contains(found->schemas, schema)) found->schemas.push_back(schema);
}

void add_required(Flat& flat, const std::string& name) {
  if (!contains(flat.required, name)) flat.required.push_back(name);
}

// Both must hold.
void merge_all(Flat& into, const Flat& other) {
  for (const Property& property : other.properties)
    add_property(into, property.name, joined(property.schemas, "anyOf"));
  for (Property& property : into.properties)
    property.schemas = {joined(property.schemas, "allOf")};
  for (const std::string& name : other.required)
    add_required(into, name);
}

// One of them must hold.
Flat merge_any(const std::vector<Flat>& branches) {
  Flat any;
  for (const Flat& branch : branches) {
    for (const Property& property : branch.properties)
      add_property(any, property.name, joined(property.schemas, "anyOf"));
  }
  for (Property& property : any.properties)
    property.schemas = {joined(property.schemas, "anyOf")};
  if (branches.empty()) return any;
  for (const std::string& name : branches.front().required) {
    const auto has = [&](const Flat& branch) { return contains(branch.required, name); };
    if (std::all_of(branches.begin(), branches.end(), has)) add_required(any, name);
  }
  return any;
}

class Flattener {
 public:
  explicit Flattener(const json::Value& root) : root_(root) {}

  Flat flatten(const json::Value& schema) {
    Flat flat;
    if (--schemas_left_ < 0) return flat;
    for (const auto& [name, property] : schema["properties"].members())
      add_property(flat, name, std::string(property.raw()));
    for (const auto& name : schema["required"].items())
      add_required(flat, name.as_string());
    const auto target = resolve_reference(root_, schema["$ref"]);
    if (target && depth_ < kMaxDepth) {
      ++depth_;
      merge_all(flat, flatten(target));
      --depth_;
    }
    for (const auto& branch : schema["allOf"].items())
      merge_all(flat, flatten(branch));
    for (const char* word : {"anyOf", "oneOf"}) {
      std::vector<Flat> branches;
      for (const auto& branch : schema[word].items())
        branches.push_back(flatten(branch));
      if (!branches.empty()) merge_all(flat, merge_any(branches));
    }
    return flat;
  }

 private:
  const json::Value& root_;
  int schemas_left_ = kMaxSchemas;
  int depth_ = 0;  // of references
};

constexpr std::array<std::string_view, 4> kTopWords = {"$ref", "allOf", "anyOf", "oneOf"};
constexpr std::array<std::string_view, 3> kObjectWords = {"type", "properties", "required"};

std::string write_flat(const json::Value& root, const Flat& flat) {
  json::Writer out;
  out.begin_object();
  for (const auto& [key, value] : root.members()) {
    const bool is_merged = std::count(kTopWords.begin(), kTopWords.end(), key) > 0 ||
                           std::count(kObjectWords.begin(), kObjectWords.end(), key) > 0;
    if (!is_merged) out.member(key, value);
  }
  out.member("type", "object").key("properties").begin_object();
  for (const Property& property : flat.properties)
    out.key(property.name).raw(property.schemas.front());
  out.end_object();
  if (!flat.required.empty()) {
    out.key("required").begin_array();
    for (const std::string& name : flat.required)
      out.value(name);
    out.end_array();
  }
  out.end_object();
  return out.take();
}

// Copies a schema, closing the objects in it.
class Closer {
 public:
  bool has_changed() const { return has_changed_; }

  void write(const json::Value& schema, json::Writer& out) {
    if (!schema.is_object()) return void(out.value(schema));
    const bool is_object = has_type(schema["type"], "object") || schema["properties"].is_object();
    out.begin_object();
    for (const auto& [key, value] : schema.members())
      write_member(key, value, is_object, out);
    if (is_object) {
      const auto open = schema["additionalProperties"];
      has_changed_ = has_changed_ || !open.is_bool() || open.as_bool();
      out.member("additionalProperties", false);
    }
    out.end_object();
  }

 private:
  void write_member(std::string_view key, const json::Value& value, bool is_object,
                    json::Writer& out) {
    if (is_object && key == "additionalProperties") return;
    out.key(key);
    if (key == "properties" || key == "$defs" || key == "definitions") {
      out.begin_object();
      for (const auto& [name, schema] : value.members()) {
        out.key(name);
        write(schema, out);
      }
      out.end_object();
    } else if (key == "items" && value.is_object()) {
      write(value, out);
    } else if (key == "anyOf" || key == "oneOf" || key == "allOf" || key == "prefixItems") {
      out.begin_array();
      for (const auto& schema : value.items())
        write(schema, out);
      out.end_array();
    } else {
      out.value(value);
    }
  }

  bool has_changed_ = false;
};

}  // namespace

std::optional<NewSchema> input_schema(std::string_view schema) {
  json::Document document;
  if (schema.empty() || !document.parse(schema) || !document.root().is_object()) {
    return NewSchema{std::string(kEmptyObject)};
  }
  const json::Value root = document.root();
  const bool has_choice = root["anyOf"].exists() || root["oneOf"].exists();
  const bool is_merged = root["$ref"].exists() || root["allOf"].exists() || has_choice;
  const json::Value type = root["type"];
  if (!is_merged && type.is_string() && type.as_string() == "object") return std::nullopt;
  Flattener flattener(root);
  NewSchema result{write_flat(root, flattener.flatten(root))};
  result.means_less = has_choice || (type.exists() && type.as_string() != "object");
  return result;
}

std::optional<NewSchema> closed_schema(std::string_view schema) {
  json::Document document;
  if (!document.parse(schema)) return std::nullopt;
  json::Writer out;
  Closer closer;
  closer.write(document.root(), out);
  if (!closer.has_changed()) return std::nullopt;
  return NewSchema{out.take(), true};
}

json::Value resolve_reference(const json::Value& root, const json::Value& reference) {
  const std::string path = reference.as_string();
  if (path == "#") return root;
  if (!path.starts_with("#/")) return {};
  json::Value value = root;
  for (std::size_t at = 2; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    value = value[std::string_view(path).substr(at, end - at)];
    at = end + 1;
  }
  return value;
}

bool has_type(const json::Value& type, std::string_view word) {
  if (type.is_string()) return type.as_string() == word;
  for (const auto& one : type.items()) {
    if (one.as_string() == word) return true;
  }
  return false;
}

}  // namespace abv::claude
