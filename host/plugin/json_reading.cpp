#include "host/plugin/json_reading.hpp"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <exception>
#include <limits>
#include <sstream>
#include <utility>

namespace abv::plugin {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t kMaxDepth = 64;

}  // namespace

Result<Object::Ptr> parse_json_object(std::string_view json, std::string_view where) {
  const auto invalid = [&](const std::string& what) {
    return Error{Error::Code::kInvalid, std::string(where) + ": " + what};
  };
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(kMaxDepth);
    const Var parsed = parser.parse(std::string(json));
    if (parsed.type() != typeid(Object::Ptr)) {
      return invalid("expected a JSON object");
    }
    return parsed.extract<Object::Ptr>();
  } catch (const Poco::Exception& e) {
    return invalid("not JSON: " + e.message());
  } catch (const std::exception& e) {
    return invalid(std::string("not JSON: ") + e.what());
  }
}

JsonReader::JsonReader(Object::Ptr object, std::string where)
    : object_(std::move(object)), where_(std::move(where)) {}

Error JsonReader::error(const std::string& key, const std::string& rule) const {
  return Error{Error::Code::kInvalid, where_ + ": " + key + ": " + rule};
}

Result<std::string> JsonReader::text(const std::string& key) const {
  const Var value = object_->get(key);
  if (!value.isString()) {
    return error(key, has(key) ? "expected a string" : "missing");
  }
  return value.extract<std::string>();
}

Result<std::uint32_t> JsonReader::number(const std::string& key) const {
  const Var value = object_->get(key);
  if (!value.isInteger() || value.isBoolean()) {
    return error(key, has(key) ? "expected a whole number" : "missing");
  }
  try {
    return value.convert<std::uint32_t>();
  } catch (const Poco::Exception&) {
    return error(key, "expected a number from 0 to 4294967295");
  }
}

Result<JsonReader> JsonReader::object(const std::string& key) const {
  const Object::Ptr value = object_->getObject(key);
  if (value.isNull()) {
    return error(key, has(key) ? "expected an object" : "missing");
  }
  return JsonReader(value, where_ + ": " + key);
}

Result<Array::Ptr> JsonReader::array(const std::string& key) const {
  Array::Ptr value = object_->getArray(key);
  if (value.isNull()) {
    return error(key, has(key) ? "expected a list" : "missing");
  }
  return value;
}

Result<std::vector<JsonReader>> JsonReader::objects(const std::string& key) const {
  const Result<Array::Ptr> list = array(key);
  if (!list) {
    return list.error();
  }
  std::vector<JsonReader> readers;
  for (unsigned i = 0; i < (*list)->size(); ++i) {
    const std::string name = key + "[" + std::to_string(i) + "]";
    const Object::Ptr value = (*list)->getObject(i);
    if (value.isNull()) {
      return error(name, "expected an object");
    }
    readers.emplace_back(value, where_ + ": " + name);
  }
  return readers;
}

Result<std::vector<std::string>> JsonReader::texts(const std::string& key) const {
  const Result<Array::Ptr> list = array(key);
  if (!list) {
    return list.error();
  }
  std::vector<std::string> values;
  for (unsigned i = 0; i < (*list)->size(); ++i) {
    const Var value = (*list)->get(i);
    if (!value.isString()) {
      return error(key + "[" + std::to_string(i) + "]", "expected a string");
    }
    values.push_back(value.extract<std::string>());
  }
  return values;
}

Result<bool> JsonReader::optional_flag(const std::string& key, bool absent) const {
  if (!has(key)) {
    return absent;
  }
  const Poco::Dynamic::Var value = object_->get(key);
  if (!value.isBoolean()) {
    return error(key, "expected true or false");
  }
  return value.convert<bool>();
}

Result<std::string> JsonReader::optional_text(const std::string& key) const {
  return has(key) ? text(key) : Result<std::string>(std::string());
}

Result<std::vector<JsonReader>> JsonReader::optional_objects(const std::string& key) const {
  return has(key) ? objects(key) : Result<std::vector<JsonReader>>(std::vector<JsonReader>());
}

Result<std::vector<std::string>> JsonReader::optional_texts(const std::string& key) const {
  return has(key) ? texts(key) : Result<std::vector<std::string>>(std::vector<std::string>());
}

std::string JsonReader::sorted_text() const {
  std::ostringstream out;
  object_->stringify(out);
  return out.str();
}

std::string sorted_json(std::string_view json) {
  const Result<Object::Ptr> object = parse_json_object(json, "");
  return object ? JsonReader(*object, "").sorted_text() : std::string();
}

}  // namespace abv::plugin
