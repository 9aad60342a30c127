// The other way of json_schema.hpp: the Schema object of the Gemini API, which is a part of
// OpenAPI's, as JSON Schema.
#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json_schema {
namespace detail {

// "max_items" as "maxItems": the API takes both forms of its own words.
inline std::string camel_case(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool is_joint =
        key[i] == '_' && i > 0 && i + 1 < key.size() && key[i + 1] >= 'a' && key[i + 1] <= 'z';
    if (is_joint) {
      out.push_back(static_cast<char>(key[++i] - 32));
    } else {
      out.push_back(key[i]);
    }
  }
  return out;
}

inline std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    c = ascii_lower(c);
  return out;
}

class FromOpenApi {
 public:
  explicit FromOpenApi(json::Writer& out) : out_(out) {}

  void write(const json::Value& schema) {
    if (!schema.is_object()) {
      out_.raw(schema.raw());
      return;
    }
    const bool is_nullable = schema["nullable"].as_bool();
    // Where null has no type to stand beside, it becomes one more branch.
    const bool adds_branch = is_nullable && (!schema["type"].is_string() || schema["enum"]);
    if (adds_branch) out_.begin_object().key("anyOf").begin_array();
    out_.begin_object();
    for (const auto& [name, value] : schema.members())
      write_member(camel_case(name), value, is_nullable && !adds_branch);
    out_.end_object();
    if (!adds_branch) return;
    out_.begin_object().member("type", "null").end_object().end_array().end_object();
  }

 private:
  void write_member(const std::string& key, const json::Value& value, bool is_nullable) {
    if (key == "nullable" || (key == "format" && value.as_string() == "enum")) return;
    if (key == "type") return write_type(value, is_nullable);
    if (key == "example") {
      out_.key("examples").begin_array().raw(value.raw()).end_array();
      return;
    }
    out_.key(key);
    if (key == "properties" || key == "$defs" || key == "definitions") return write_map(value);
    if (key == "items" || key == "additionalProperties" || key == "not") return write(value);
    if (key == "anyOf" || key == "oneOf" || key == "allOf" || key == "prefixItems") {
      return write_list(value);
    }
    const bool is_count = key.starts_with("min") || key.starts_with("max");
    out_.raw(is_count && is_digits(value) ? value.raw().substr(1, value.raw().size() - 2)
                                          : value.raw());
  }

  void write_type(const json::Value& type, bool is_nullable) {
    if (type.as_string() == "TYPE_UNSPECIFIED") return;
    out_.key("type");
    if (type.is_array()) {
      out_.begin_array();
      for (const auto& one : type.items())
        out_.value(lower(one.as_string()));
      out_.end_array();
    } else if (is_nullable) {
      out_.begin_array().value(lower(type.as_string())).value("null").end_array();
    } else {
      out_.value(lower(type.as_string()));
    }
  }

  void write_map(const json::Value& schemas) {
    out_.begin_object();
    for (const auto& [name, schema] : schemas.members()) {
      out_.key(name);
      write(schema);
    }
    out_.end_object();
  }

  void write_list(const json::Value& schemas) {
    out_.begin_array();
    for (const auto& schema : schemas.items())
      write(schema);
    out_.end_array();
  }

  // JSON forms of protocol buffers have 64-bit numbers as strings: "maxItems": "3".
  static bool is_digits(const json::Value& value) {
    const auto text = value.as_string();
    return !text.empty() && text.size() < 19 &&
           text.find_first_not_of("0123456789") == std::string::npos &&
           (text.size() == 1 || text.front() != '0');
  }

  json::Writer& out_;
};

}  // namespace detail

// Writes a Schema object of the Gemini API as JSON Schema: lower-case types, null as a type, and
// counts as numbers. Nothing is lost.
inline void from_openapi(const json::Value& schema, json::Writer& out) {
  detail::FromOpenApi(out).write(schema);
}

}  // namespace json_schema
}  // namespace v1
}  // namespace abv::sdk
