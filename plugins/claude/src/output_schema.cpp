#include "output_schema.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

#include "abv/sdk/json.hpp"
#include "abv/sdk/json_schema.hpp"
#include "tool_schema.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::string_view kFormats[] = {"date-time", "time", "date", "duration", "email",
                                         "hostname",  "uri",  "ipv4", "ipv6",     "uuid"};

// What is copied as it stands.
constexpr std::string_view kPlain[] = {"type", "title", "default", "required"};
constexpr std::string_view kMaps[] = {"properties", "$defs", "definitions"};
constexpr std::string_view kNotes[] = {"$schema", "$id", "$comment", "$anchor"};

constexpr std::string_view kMergedKeywords[] = {"type",     "title", "description", "default",
                                                "enum",     "items", "anyOf",       "properties",
                                                "required", "format"};
constexpr sdk::json_schema::Target kMerged{kMergedKeywords, kFormats};

template <std::size_t kSize>
bool has(const std::string_view (&words)[kSize], std::string_view word) {
  return std::find(words, words + kSize, word) != words + kSize;
}

bool is_primitive(const json::Value& value) {
  return !value.is_object() && !value.is_array();
}

// Finds what no copy can say: definitions inside themselves, and references inside allOf.
class MergeFinder {
 public:
  explicit MergeFinder(const json::Value& root) : root_(root) {}

  bool operator()(const json::Value& value) {
    if (value.is_array()) return any_of(value);
    if (!value.is_object()) return false;
    const auto offset = value.offset();
    if (std::find(active_.begin(), active_.end(), offset) != active_.end()) return true;
    if (!seen_.insert(offset).second) return false;
    active_.push_back(offset);
    for (const auto& [key, member] : value.members()) {
      if ((*this)(member)) return true;
    }
    for (const auto& branch : value["allOf"].items()) {
      if (branch["$ref"].exists()) return true;
    }
    const auto target = resolve_reference(root_, value["$ref"]);
    if (target && (*this)(target)) return true;
    active_.pop_back();
    return false;
  }

 private:
  bool any_of(const json::Value& values) {
    for (const auto& value : values.items()) {
      if ((*this)(value)) return true;
    }
    return false;
  }

  const json::Value& root_;
  std::vector<std::size_t> active_;  // where the values begin that stand around this one
  std::set<std::size_t> seen_;
};

// Copies a schema, changing what the API refuses.
class Fitter {
 public:
  bool has_changed() const { return has_changed_; }

  std::string_view loss() const {
    if (has_words_) return "what the API's schemas lack stands in words in the description";
    if (has_closed_) return "objects of an answer have no further properties";
    return has_one_of_ ? "oneOf became anyOf" : std::string_view();
  }

  void write(const json::Value& schema, json::Writer& out) {
    if (!schema.is_object()) return void(out.value(schema));
    Node node{schema, is_wrapped(schema), is_object_schema(schema), {}};
    out.begin_object();
    for (const auto& [key, value] : schema.members())
      write_member(key, value, node, out);
    write_description(node, out);
    if (node.is_object) {
      const auto open = schema["additionalProperties"];
      const bool was_closed = open.is_bool() && !open.as_bool();
      has_closed_ = has_closed_ || !was_closed;
      has_changed_ = has_changed_ || !was_closed;
      out.member("additionalProperties", false);
    }
    out.end_object();
  }

 private:
  struct Node {
    const json::Value& schema;
    bool is_wrapped;
    bool is_object;
    std::string words;
  };

  // The API takes a reference alone; one with anything beside it becomes a choice of one.
  static bool is_wrapped(const json::Value& schema) {
    if (!schema["$ref"].exists()) return false;
    for (const auto& [key, value] : schema.members()) {
      if (key != "$ref" && key != "$defs" && key != "definitions" && !has(kNotes, key)) return true;
    }
    return false;
  }

  static bool is_object_schema(const json::Value& schema) {
    return has_type(schema["type"], "object") || schema["properties"].is_object();
  }

  void write_member(std::string_view key, const json::Value& value, Node& node, json::Writer& out) {
    if (key == "description") return;
    if (has(kNotes, key)) {
      has_changed_ = true;
    } else if (key == "additionalProperties") {
      if (value.is_object() && value.size() > 0) return tell(key, value, node);
      has_changed_ = has_changed_ || !node.is_object;
    } else if (key == "$ref") {
      write_reference(value, node, out);
    } else if (key == "oneOf" || key == "anyOf" || key == "allOf") {
      write_branches(key, value, node, out);
    } else if (has(kMaps, key) && value.is_object()) {
      out.key(key).begin_object();
      for (const auto& [name, schema] : value.members()) {
        out.key(name);
        write(schema, out);
      }
      out.end_object();
    } else if (key == "items" && value.is_object()) {
      out.key(key);
      write(value, out);
    } else if (may_stand(key, value)) {
      out.member(key, value);
    } else {
      tell(key, value, node);
    }
  }

  static bool may_stand(std::string_view key, const json::Value& value) {
    if (key == "format") return has(kFormats, value.as_string());
    if (key == "minItems") return value.raw() == "0" || value.raw() == "1";
    if (key == "const") return is_primitive(value);
    if (key != "enum") return has(kPlain, key);
    const auto items = value.items();
    return value.size() > 0 && std::all_of(items.begin(), items.end(), is_primitive);
  }

  void write_reference(const json::Value& reference, const Node& node, json::Writer& out) {
    if (!node.is_wrapped) return void(out.member("$ref", reference));
    has_changed_ = true;
    out.key("anyOf")
        .begin_array()
        .begin_object()
        .member("$ref", reference)
        .end_object()
        .end_array();
  }

  void write_branches(std::string_view key, const json::Value& branches, Node& node,
                      json::Writer& out) {
    const bool is_one_of = key == "oneOf";
    const bool is_taken = node.is_wrapped || (is_one_of && node.schema["anyOf"].exists());
    if (!branches.is_array() || (is_taken && key != "allOf")) return tell(key, branches, node);
    has_one_of_ = has_one_of_ || is_one_of;
    has_changed_ = has_changed_ || is_one_of;
    out.key(is_one_of ? "anyOf" : key).begin_array();
    for (const auto& branch : branches.items())
      write(branch, out);
    out.end_array();
  }

  // In the words that Anthropic's own libraries use.
  void tell(std::string_view key, const json::Value& value, Node& node) {
    has_words_ = true;
    has_changed_ = true;
    node.words.append(node.words.empty() ? "{" : ", ").append(key).append(": ").append(value.raw());
  }

  static void write_description(const Node& node, json::Writer& out) {
    const auto description = node.schema["description"];
    if (node.words.empty()) {
      if (description.exists()) out.member("description", description);
      return;
    }
    std::string text = description.as_string();
    if (!text.empty()) text += "\n\n";
    out.member("description", text + node.words + "}");
  }

  bool has_changed_ = false;
  bool has_words_ = false;
  bool has_closed_ = false;
  bool has_one_of_ = false;
};

// Counts the reports of a conversion, which is told as a whole.
struct Tally {
  void dropped(std::string_view, std::string_view) { ++count; }
  void approximated(std::string_view, std::string_view) { ++count; }
  void defaulted(std::string_view, std::string_view) { ++count; }

  int count = 0;
};

}  // namespace

std::optional<FittedSchema> output_schema(std::string_view schema) {
  json::Document document;
  if (!document.parse(schema)) return std::nullopt;
  const json::Value root = document.root();
  Tally tally;
  json::Writer merged_text;  // outlives its document
  json::Document merged;
  const bool is_merged = MergeFinder(root)(root);
  if (is_merged) {
    sdk::json_schema::convert(root, kMerged, merged_text, tally);
    if (!merged.parse(merged_text.view())) return std::nullopt;
  }
  json::Writer out;
  Fitter fitter;
  fitter.write(is_merged ? merged.root() : root, out);
  if (!is_merged && !fitter.has_changed()) return std::nullopt;
  if (tally.count == 0) return FittedSchema{out.take(), fitter.loss()};
  return FittedSchema{out.take(), "what the API's schemas lack stands in words in the description"};
}

}  // namespace abv::claude
