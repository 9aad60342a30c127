#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

// Reading of small JSON documents with errors that name the field.
namespace abv::plugin {

// `where` begins every message. kInvalid when the text is not one JSON object.
Result<Poco::JSON::Object::Ptr> parse_json_object(std::string_view json, std::string_view where);

// One object, and what it is called in messages: "plugins/echo.abv.json: components[0]".
class JsonReader {
 public:
  JsonReader(Poco::JSON::Object::Ptr object, std::string where);

  bool has(const std::string& key) const { return object_->has(key) && !object_->isNull(key); }
  const std::string& where() const { return where_; }

  // kInvalid when the field is missing or of another type.
  Result<std::string> text(const std::string& key) const;
  Result<std::uint32_t> number(const std::string& key) const;
  Result<JsonReader> object(const std::string& key) const;
  Result<std::vector<JsonReader>> objects(const std::string& key) const;
  Result<std::vector<std::string>> texts(const std::string& key) const;

  // A missing field is an empty text or list.
  Result<std::string> optional_text(const std::string& key) const;
  Result<bool> optional_flag(const std::string& key, bool absent) const;
  Result<std::vector<JsonReader>> optional_objects(const std::string& key) const;
  Result<std::vector<std::string>> optional_texts(const std::string& key) const;

  // The object as JSON text, keys sorted.
  std::string sorted_text() const;

  Error error(const std::string& key, const std::string& rule) const;

 private:
  Result<Poco::JSON::Array::Ptr> array(const std::string& key) const;

  Poco::JSON::Object::Ptr object_;
  std::string where_;
};

// Says the same in the same letters, if it is a JSON object: keys sorted, no spaces. Empty if it
// isn't.
std::string sorted_json(std::string_view json);

}  // namespace abv::plugin
