#include "host/config/component_schema.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/config/load_json.hpp"
#include "host/config/schema_rule.hpp"
#include "host/config/validate.hpp"

namespace abv::config {
namespace {

constexpr char kKindsKeyword[] = "x-abv-component-kinds";

// What the root of a component's schema may say. The rest would speak about the host's settings,
// which share the object.
bool is_root_keyword(const std::string& key) {
  static const std::set<std::string> kAllowed = {
      "$comment", "$defs", "$id",         "$schema",        "additionalProperties",
      "allOf",    "anyOf", "description", "else",           "examples",
      "if",       "not",   "oneOf",       "properties",     "required",
      "then",     "title", "type",        "x-abv-expected",
  };
  return kAllowed.count(key) != 0 || (key.starts_with("x-") && !key.starts_with("x-abv-"));
}

void add_fault(std::string& faults, const std::string& fault) {
  faults += (faults.empty() ? "" : "\n") + fault;
}

// "provider" of "abv.provider/1".
std::string kind_word(const std::string& kind) {
  const std::string id = kind.substr(0, kind.find('/'));
  const std::size_t dot = id.rfind('.');
  return dot == std::string::npos ? id : id.substr(dot + 1);
}

std::string check_root(const Value& document, const std::string& title) {
  std::string faults;
  for (const Member& member : document.members()) {
    if (!is_root_keyword(member.key)) {
      add_fault(faults, title + ": #: the keyword " + json_string(member.key) +
                            " is not supported at the root of a component");
    }
  }
  const Value* const type = document.find("type");
  if (type != nullptr && type->text() != "object") {
    add_fault(faults, title + ": #/type: expected \"object\", got " + type->to_json());
  }
  const Value* const additional = document.find("additionalProperties");
  if (additional != nullptr && (!additional->is_bool() || additional->as_bool())) {
    add_fault(faults, title +
                          ": #/additionalProperties: expected false, because the host's "
                          "settings stand in the same object");
  }
  return faults;
}

Value object_with(std::string key, Value value) {
  Value made = Value::object();
  made.set(std::move(key), std::move(value));
  return made;
}

Value strings(const std::vector<std::string>& texts) {
  Value made = Value::array();
  for (const std::string& text : texts) {
    made.push(Value::string(text));
  }
  return made;
}

// {"properties": {key: {"const": text}, …}, "required": [key, …]}
Value has_texts(const std::vector<std::pair<std::string, std::string>>& texts) {
  Value properties = Value::object();
  std::vector<std::string> keys;
  for (const auto& [key, text] : texts) {
    properties.set(key, object_with("const", Value::string(text)));
    keys.push_back(key);
  }
  Value made = object_with("properties", std::move(properties));
  made.set("required", strings(keys));
  return made;
}

Value when(Value condition, Value consequence, const char* branch = "then") {
  Value made = object_with("if", std::move(condition));
  made.set(branch, std::move(consequence));
  return made;
}

// Definitions of components move into the host's $defs under a prefix.
void move_references(Value& node, const std::string& prefix) {
  constexpr std::string_view kDefs = "#/$defs/";
  for (Member& member : node.members()) {
    if (member.key == "$ref" && member.value.text().starts_with(kDefs)) {
      member.value =
          Value::string(std::string(kDefs) + prefix + member.value.text().substr(kDefs.size()));
    }
    move_references(member.value, prefix);
  }
  for (Value& item : node.items()) {
    move_references(item, prefix);
  }
}

class Merger {
 public:
  explicit Merger(const Value& host) : document_(host) {}

  void add(const ComponentSchema& component) {
    if (!seen_.insert(component.title()).second) {
      add_fault(faults_, component.title() + ": there is another component of that name");
      return;
    }
    auto schema = compile_component(component);
    if (!schema) {
      add_fault(faults_, schema.error().message);
      return;
    }
    Entry entry{component, schema->document()};
    const std::string prefix =
        component.plugin + "." + kind_word(component.kind) + "." + component.name + ".";
    move_references(entry.document, prefix);
    entries_.push_back(std::move(entry));
    move_definitions(entries_.back().document, prefix);
  }

  Result<Schema> finish() {
    if (Value* definitions = document_.find("$defs")) {
      for (Member& member : definitions->members()) {
        if (const Value* kinds = member.value.find(kKindsKeyword)) {
          graft(member.value, *kinds);
        }
      }
    }
    if (!faults_.empty()) {
      return Error{Error::Code::kInvalid, std::move(faults_)};
    }
    Value& all = document_;
    for (Member& member : moved_definitions_.members()) {
      all.find("$defs")->set(member.key, std::move(member.value));
    }
    return Schema::compile(std::move(all), "host schema");
  }

 private:
  struct Entry {
    ComponentSchema component;
    Value document;
  };

  void move_definitions(Value& document, const std::string& prefix) {
    if (Value* definitions = document.find("$defs")) {
      for (Member& member : definitions->members()) {
        moved_definitions_.set(prefix + member.key, std::move(member.value));
      }
      document.erase("$defs");
    }
  }

  void graft(Value& target, const Value& kinds) {
    std::vector<const Entry*> fitting;
    std::vector<std::string> plugins;
    for (const Entry& entry : entries_) {
      const auto& items = kinds.items();
      if (std::none_of(items.begin(), items.end(),
                       [&](const Value& kind) { return kind.text() == entry.component.kind; })) {
        continue;
      }
      fitting.push_back(&entry);
      if (std::find(plugins.begin(), plugins.end(), entry.component.plugin) == plugins.end()) {
        plugins.push_back(entry.component.plugin);
      }
    }
    std::sort(plugins.begin(), plugins.end());
    Value all_of = Value::array();
    for (const std::string& plugin : plugins) {
      add_plugin(all_of, target, plugin, fitting);
    }
    add_unknown_plugins(all_of, target, plugins);
    target.erase("additionalProperties");
    target.set("allOf", std::move(all_of));
  }

  void add_plugin(Value& all_of, const Value& target, const std::string& plugin,
                  const std::vector<const Entry*>& fitting) {
    std::vector<const Entry*> own;
    std::vector<std::string> names;
    for (const Entry* entry : fitting) {
      if (entry->component.plugin == plugin) {
        own.push_back(entry);
        names.push_back(entry->component.name);
      }
    }
    if (own.size() == 1) {
      all_of.push(when(has_texts({{"plugin", plugin}}), closed(target, *own.front())));
      return;
    }
    Value choice =
        object_with("properties", object_with("component", object_with("enum", strings(names))));
    choice.set("required", strings({"component"}));
    all_of.push(when(has_texts({{"plugin", plugin}}), std::move(choice)));
    for (const Entry* entry : own) {
      all_of.push(when(has_texts({{"plugin", plugin}, {"component", entry->component.name}}),
                       closed(target, *entry)));
    }
  }

  // The host's and the component's properties in one object that takes no others.
  Value closed(const Value& target, const Entry& entry) {
    const Value* const host = target.find("properties");
    Value properties = open_properties(target);
    properties.set("component", object_with("const", Value::string(entry.component.name)));
    if (const Value* own = entry.document.find("properties")) {
      for (const Member& member : own->members()) {
        if (host != nullptr && host->find(member.key) != nullptr) {
          collide(entry, member.key);
        }
        properties.set(member.key, member.value);
      }
    }
    Value made = object_with("title", Value::string(entry.component.title()));
    for (const Member& member : entry.document.members()) {
      if (member.key != "title" && !member.key.starts_with("$")) {
        made.set(member.key, member.value);
      }
    }
    made.set("properties", std::move(properties));
    made.set("additionalProperties", Value::boolean(false));
    return made;
  }

  void collide(const Entry& entry, const std::string& key) {
    const std::string fault =
        entry.component.title() + ": #/properties/" + key + ": the host has a setting of that name";
    if (collisions_.insert(fault).second) {
      add_fault(faults_, fault);
    }
  }

  static Value open_properties(const Value& target) {
    Value properties = Value::object();
    if (const Value* host = target.find("properties")) {
      for (const Member& member : host->members()) {
        properties.set(member.key, Value::boolean(true));
      }
    }
    return properties;
  }

  static void add_unknown_plugins(Value& all_of, const Value& target,
                                  const std::vector<std::string>& plugins) {
    Value disabled = object_with(
        "properties", object_with("enabled", object_with("const", Value::boolean(false))));
    disabled.set("required", strings({"enabled"}));
    Value known = object_with("enum", strings(plugins));
    if (plugins.empty()) {
      known = object_with("not", Value::object());
      known.set("x-abv-expected", Value::string("a plugin that is loaded"));
    }
    Value is_known = object_with("properties", object_with("plugin", std::move(known)));
    all_of.push(when(std::move(disabled), is_known, "else"));
    Value secret = object_with("properties", open_properties(target));
    secret.set("additionalProperties", object_with("x-abv-secret", Value::boolean(true)));
    all_of.push(when(std::move(is_known), std::move(secret), "else"));
  }

  Value document_;
  std::vector<Entry> entries_;
  Value moved_definitions_;
  std::set<std::string> seen_;
  std::set<std::string> collisions_;
  std::string faults_;
};

}  // namespace

std::string ComponentSchema::title() const {
  return plugin + " " + kind_word(kind) + " " + name;
}

Result<Schema> compile_component(const ComponentSchema& component) {
  const std::string text = component.schema.empty() ? "{}" : component.schema;
  auto document = load_json(text, component.title());
  if (!document) {
    return document.error();
  }
  std::string faults = check_root(*document, component.title());
  auto schema = Schema::compile(std::move(*document), component.title());
  if (!schema) {
    add_fault(faults, schema.error().message);
  }
  if (!faults.empty()) {
    return Error{Error::Code::kInvalid, std::move(faults)};
  }
  return schema;
}

Result<Schema> merge_components(const Value& host, const std::vector<ComponentSchema>& components) {
  Merger merger(host);
  for (const ComponentSchema& component : components) {
    merger.add(component);
  }
  return merger.finish();
}

Result<std::string> component_config(const Value& entry, const Schema& component) {
  Value own = Value::object();
  own.set_place(entry.place());
  for (const auto& [name, rule] : component.root().properties) {
    if (const Value* given = entry.find(name)) {
      own.set(name, *given);
    }
  }
  const std::vector<Problem> problems = validate(own, component);
  if (!problems.empty()) {
    return Error{Error::Code::kInvalid, problems_text(problems)};
  }
  Value ordered = Value::object();
  for (const auto& [name, rule] : component.root().properties) {
    if (Value* value = own.find(name)) {
      ordered.set(name, std::move(*value));
    }
  }
  return ordered.to_json();
}

}  // namespace abv::config
