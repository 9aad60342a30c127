// JSON Schema for upstreams that know only a part of it. What the target lacks is put in other
// keywords where the meaning stays the same, else in words into the description, and reported.
//
//   json_schema::convert(schema, json_schema::kGeminiJsonSchema, out, losses,
//   "/tools/0/parameters");
//
// Only schemas are touched: what stands in enum, const, default or examples is data, and the names
// in `properties` are names, even those that look like keywords.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/json.hpp"
#include "abv/sdk/json_schema_node.hpp"
#include "abv/sdk/json_schema_openapi.hpp"  // IWYU pragma: export
#include "abv/sdk/json_schema_target.hpp"   // IWYU pragma: export

namespace abv::sdk {
inline namespace v1 {
namespace json_schema {
namespace detail {

inline std::string upper(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

template <class Losses>
class Converter : private Gatherer<Losses> {
 public:
  Converter(const json::Value& root, const Target& target, json::Writer& out, Losses& losses,
            std::string_view path)
      : Gatherer<Losses>(root, target, losses, path), out_(out) {}

  void run() {
    if (Fit(target_)(root_)) {
      out_.raw(root_.raw());
      return;
    }
    active_.push_back(root_.offset());
    Node node;
    this->collect(root_, node);
    write(node, true);
  }

 private:
  using Base = Gatherer<Losses>;
  using Base::active_;
  using Base::losses_;
  using Base::path_;
  using Base::root_;
  using Base::target_;
  using typename Base::Step;

  // Below this depth the test for a copy would be made too often for the same values.
  static constexpr std::size_t kMaxCopyDepth = 8;

  // All of `values` hold. `is_optional`: null must be allowed, too.
  void write_all(const Values& values, bool is_optional = false) {
    const bool may_copy = values.size() == 1 && !is_optional && level_ < kMaxCopyDepth;
    if (may_copy && Fit(target_)(values.front())) {
      out_.raw(values.front().raw());
      return;
    }
    const auto depth = active_.size();
    Node node;
    for (const auto& value : values)
      this->collect(value, node);
    node.is_nullable = node.is_nullable || is_optional;
    write(node);
    active_.resize(depth);
  }

  void write(Node& node, bool is_root = false) {
    if (node.is_cut || level_ > Base::kMaxDepth) return write_cut("it is too deep or too large");
    if (node.again) return write_again(node);
    ++level_;
    this->unite_branches(node);
    this->prepare_values(node);
    this->infer_type(node);
    const bool has_enum = node.values || node.constant;
    const bool has_null_beside = node.is_nullable && has_enum && !target_.upper_case_types;
    out_.begin_object();
    if (!node.branches.empty() || node.types.size() > 1 || has_null_beside) {
      write_union(node);
    } else if (target_.is_strict && node.types.empty() && !has_enum) {
      write_anything(node);
    } else {
      write_single(node);
    }
    write_description(node);
    if (is_root) write_definitions();
    out_.end_object();
    --level_;
  }

  // A definition inside itself.
  void write_again(const Node& node) {
    const auto name = this->name_of(node.again);
    if (!target_.has_refs) return write_cut(name + " stands in itself");
    const auto same = [&](const json::Value& one) { return one.offset() == node.again.offset(); };
    if (std::none_of(kept_.begin(), kept_.end(), same)) kept_.push_back(node.again);
    if (node.is_nullable) out_.begin_object().key("anyOf").begin_array();
    out_.begin_object().member("$ref", "#/$defs/" + name).end_object();
    if (!node.is_nullable) return;
    out_.begin_object().member("type", "null").end_object().end_array().end_object();
  }

  void write_cut(const std::string& why) {
    losses_.approximated(path_, why + ": described no deeper");
    out_.begin_object().member("type", target_.upper_case_types ? "OBJECT" : "object");
    if (target_.is_strict) {
      out_.key("properties").begin_object().end_object().key("required").begin_array().end_array();
      out_.member("additionalProperties", false);
    }
    out_.member("description", why).end_object();
  }

  void write_definitions() {
    if (kept_.empty()) return;
    out_.key("$defs").begin_object();
    for (std::size_t i = 0; i < kept_.size(); ++i) {  // grows as it is written
      const json::Value definition = kept_[i];
      out_.key(this->name_of(definition));
      active_ = {definition.offset()};
      Node node;
      this->collect(definition, node);
      write(node);
    }
    out_.end_object();
  }

  void write_union(Node& node) {
    for (const auto& field : std::vector<Node::Field>(node.fields)) {
      if (is_annotation(field.key)) write_field(field, {}, node);
    }
    Node base = node;
    base.branches.clear();
    base.words.clear();
    base.is_nullable = false;
    base.fields.erase(std::remove_if(base.fields.begin(), base.fields.end(),
                                     [](const auto& field) { return is_annotation(field.key); }),
                      base.fields.end());
    out_.key("anyOf").begin_array();
    if (!node.branches.empty()) {
      write_branches(node, base);
    } else if (node.types.size() > 1) {
      for (const auto& type : node.types)
        write_type_of(base, type);
    } else {
      write(base);
    }
    if (node.is_nullable && !target_.upper_case_types) {
      out_.begin_object().member("type", "null").end_object();
    }
    out_.end_array();
    if (node.is_nullable && target_.upper_case_types) out_.member("nullable", true);
  }

  // What stands beside anyOf holds in each of its branches.
  void write_branches(const Node& node, const Node& base) {
    const Step step(path_, "anyOf");
    for (std::size_t i = 0; i < node.branches.size(); ++i) {
      const Step inner(path_, std::to_string(i));
      if (base.is_bare()) {
        write_all({node.branches[i]});
        continue;
      }
      const auto depth = active_.size();
      Node one = base;
      this->collect(node.branches[i], one);
      write(one);
      active_.resize(depth);
    }
  }

  void write_type_of(const Node& base, const std::string& type) {
    Node one = base;
    one.types = {type};
    const auto is_other = [&](const Node::Field& field) {
      const auto about = type_of_keyword(field.key);
      return !about.empty() && about != type && !(about == "number" && type == "integer");
    };
    one.fields.erase(std::remove_if(one.fields.begin(), one.fields.end(), is_other),
                     one.fields.end());
    if (type != "object") {
      one.properties.clear();
      one.required.clear();
    }
    write(one);
  }

  // Strict upstreams want a type everywhere.
  void write_anything(Node& node) {
    losses_.approximated(path_, "any value became a string, a number, a boolean or null");
    if (const auto* title = node.find("title")) out_.key("title").raw(title->values[0].raw());
    out_.key("type").begin_array();
    out_.value("string").value("number").value("boolean").value("null").end_array();
  }

  void write_single(Node& node) {
    const std::string type = node.types.empty() ? "" : node.types.front();
    write_type(type, node.is_nullable);
    write_values(node);
    for (const auto& field : std::vector<Node::Field>(node.fields))
      write_field(field, type, node);
    if (type == "object" || !node.properties.empty()) write_properties(node);
    if (type == "array") write_missing_items(node);
    if (node.is_never) {
      node.words.emplace_back("no value is allowed");
      losses_.approximated(path_, "a schema that allows no value stands in words");
    }
  }

  void write_type(const std::string& type, bool is_nullable) {
    if (type.empty()) return;
    if (target_.upper_case_types) {
      out_.member("type", upper(type));
      if (is_nullable) out_.member("nullable", true);
    } else if (is_nullable && type != "null") {
      out_.key("type").begin_array().value(type).value("null").end_array();
    } else {
      out_.member("type", type);
    }
  }

  void write_values(const Node& node) {
    if (!node.values && !node.constant) return;
    out_.key("enum").begin_array();
    for (const auto& value : this->values_of(node)) {
      const bool as_text = target_.enums == Enums::kStrings && !value.is_string();
      as_text ? out_.value(value.raw()) : out_.raw(value.raw());
    }
    out_.end_array();
  }

  void write_field(const Node::Field& field, const std::string& type, Node& node) {
    const std::string& key = field.key;
    const json::Value& value = field.values.front();
    if (key == "description") return;
    if (key == "items") return write_items(field, node);
    if (key == "prefixItems") return write_tuple(value, node);
    if (key == "additionalProperties") return write_additional(field, node);
    if (key.starts_with("exclusive") && write_as_inclusive(key, value, type, node)) return;
    if (key == "propertyOrdering" && !this->knows(key)) {
      return losses_.dropped(path_ + "/" + key, "the upstream has no word for it");
    }
    const bool is_known_format =
        key != "format" || target_.formats.empty() || has(target_.formats, value.as_string());
    if (!this->knows(key) || !is_known_format) return this->put_in_words(key, value, node);
    out_.key(key).raw(value.raw());
  }

  // "More than 3" is "at least 4" of whole numbers.
  bool write_as_inclusive(const std::string& key, const json::Value& value, const std::string& type,
                          const Node& node) {
    const bool is_lower = key == "exclusiveMinimum";
    const std::string inclusive = is_lower ? "minimum" : "maximum";
    const bool is_whole =
        value.is_number() && value.as_double() == static_cast<double>(value.as_int());
    if (this->knows(key) || !this->knows(inclusive) || type != "integer" || !is_whole ||
        node.find(inclusive) != nullptr) {
      return false;
    }
    out_.member(inclusive, is_lower ? value.as_int() + 1 : value.as_int() - 1);
    return true;
  }

  void write_items(const Node::Field& field, Node& node) {
    const json::Value& value = field.values.front();
    if (value.is_array()) return write_tuple(value, node);  // as drafts before 2020-12 have it
    if (value.is_bool() && node.types.size() == 1) {
      if (!value.as_bool()) node.words.emplace_back("no further items");
      return;
    }
    const Step step(path_, "items");
    out_.key("items");
    write_all(field.values);
  }

  void write_tuple(const json::Value& schemas, Node& node) {
    if (!this->knows("prefixItems")) return this->put_in_words("prefixItems", schemas, node);
    const Step step(path_, "prefixItems");
    out_.key("prefixItems").begin_array();
    for (const auto& schema : schemas.items())
      write_all({schema});
    out_.end_array();
  }

  // Upstreams with a smaller dialect refuse arrays that don't say of what.
  void write_missing_items(const Node& node) {
    const auto* items = node.find("items");
    const bool has_items = items != nullptr && items->values.front().is_object();
    if (has_items || this->knows("prefixItems")) return;
    losses_.defaulted(path_ + "/items", "the upstream wants to know of what the array is");
    const std::string type = target_.upper_case_types ? "STRING" : "string";
    out_.key("items").begin_object().member("type", type).end_object();
  }

  void write_additional(const Node::Field& field, Node& node) {
    const auto is_false = [](const json::Value& one) { return one.is_bool() && !one.as_bool(); };
    const bool is_closed = std::any_of(field.values.begin(), field.values.end(), is_false);
    Values schemas;
    for (const auto& value : field.values) {
      if (value.is_object() && value.size() > 0) schemas.push_back(value);
    }
    if (target_.is_strict) {
      if (!is_closed) {
        losses_.approximated(path_ + "/additionalProperties", "the upstream takes closed objects");
      }
    } else if (this->knows(field.key)) {
      const Step step(path_, field.key);
      out_.key(field.key);
      if (is_closed || schemas.empty()) {
        out_.value(!is_closed);
      } else {
        write_all(schemas);
      }
    } else if (!is_closed && !schemas.empty()) {
      this->put_in_words(field.key, schemas.front(), node);
    }
  }

  void write_properties(const Node& node) {
    const auto is_never = [](const json::Value& one) { return one.is_bool() && !one.as_bool(); };
    std::vector<std::string> required;
    if (!node.properties.empty() || target_.is_strict) {
      const Step step(path_, "properties");
      out_.key("properties").begin_object();
      for (const auto& property : node.properties) {
        const Step inner(path_, property.name);
        if (std::any_of(property.values.begin(), property.values.end(), is_never)) {
          losses_.dropped(path_, "no value is allowed");
          continue;
        }
        const bool is_required = node.required.count(property.name) != 0;
        const bool is_optional = target_.is_strict && !is_required;
        if (is_optional) losses_.approximated(path_, "optional became required but may be null");
        if (is_required || target_.is_strict) required.push_back(property.name);
        out_.key(property.name);
        write_all(property.values, is_optional);
      }
      out_.end_object();
    }
    if (!required.empty() || target_.is_strict) {
      out_.key("required").begin_array();
      for (const auto& name : required)
        out_.value(name);
      out_.end_array();
    }
    if (target_.is_strict) out_.member("additionalProperties", false);
  }

  void write_description(const Node& node) {
    const auto* field = node.find("description");
    if (node.words.empty()) {
      if (field != nullptr) out_.key("description").raw(field->values.front().raw());
      return;
    }
    std::string text = field == nullptr ? "" : field->values.front().as_string();
    text += text.empty() ? "(" : " (";
    for (std::size_t i = 0; i < node.words.size(); ++i)
      text.append(i == 0 ? "" : "; ").append(node.words[i]);
    out_.member("description", text + ")");
  }

  json::Writer& out_;
  Values kept_;            // definitions that stand under "$defs"
  std::size_t level_ = 0;  // of values within values
};

}  // namespace detail

// Writes `schema` as the target understands it. `path` is where it stands, for reports; `Losses`
// has dropped, approximated and defaulted, each (path, why), as LossSink does.
template <class Losses>
void convert(const json::Value& schema, const Target& target, json::Writer& out, Losses& losses,
             std::string_view path = {}) {
  detail::Converter<Losses>(schema, target, out, losses, path).run();
}

}  // namespace json_schema
}  // namespace v1
}  // namespace abv::sdk
