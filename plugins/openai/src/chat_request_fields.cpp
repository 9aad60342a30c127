#include "chat_request_fields.hpp"

#include <algorithm>
#include <utility>

#include "abv/sdk/wrong_type.hpp"

namespace abv::openai {

namespace json = sdk::json;

std::string Place::dotted() const {
  if (outer_ == nullptr) return {};
  std::string text = outer_->dotted();
  if (is_index_) return text.append("[").append(std::to_string(index_)).append("]");
  if (!text.empty()) text.append(".");
  return text.append(name_);
}

std::string Place::pointer() const {
  if (outer_ == nullptr) return {};
  std::string text = outer_->pointer().append("/");
  return is_index_ ? text.append(std::to_string(index_)) : text.append(name_);
}

void refuse(const Place& place, const std::string& message) {
  sdk::Failure failure{400, "invalid_request_error", {}};
  failure.param = place.dotted();
  failure.message = failure.param.empty() ? message : failure.param + ": " + message;
  throw failure;
}

void refuse(const Place& place, std::string_view expected, const json::Value& got) {
  throw sdk::wrong_type(place.dotted(), expected, got);
}

std::optional<double> read_number(const json::Value& value, const Place& place) {
  if (!is_given(value)) return std::nullopt;
  if (!value.is_number()) refuse(place, "a number", value);
  return value.as_double();
}

std::optional<std::int64_t> read_integer(const json::Value& value, const Place& place) {
  if (!is_given(value)) return std::nullopt;
  if (!value.is_number()) refuse(place, "a whole number", value);
  const auto number = value.as_int(INT64_MIN);
  if (number == INT64_MIN) {
    refuse(place, "expected a whole number, got " + std::string(value.raw()));
  }
  return number;
}

std::optional<bool> read_flag(const json::Value& value, const Place& place) {
  if (!is_given(value)) return std::nullopt;
  if (!value.is_bool()) refuse(place, "a boolean", value);
  return value.as_bool();
}

std::string read_word(const json::Value& value, const Place& place) {
  if (!is_given(value)) return {};
  if (!value.is_string()) refuse(place, "a string", value);
  return value.as_string();
}

sdk::chat::Json read_string(const json::Value& value, const Place& place) {
  if (!is_given(value)) return {};
  if (!value.is_string()) refuse(place, "a string", value);
  return value.raw();
}

sdk::chat::Json read_object(const json::Value& value, const Place& place) {
  if (!is_given(value)) return {};
  if (!value.is_object()) refuse(place, "an object", value);
  return value.raw();
}

std::vector<std::string> read_words(const json::Value& value, const Place& place) {
  std::vector<std::string> words;
  if (!is_given(value)) return words;
  if (!value.is_array()) refuse(place, "an array of strings", value);
  for (const auto& word : value.items())
    words.push_back(read_word(word, Place(place, words.size())));
  return words;
}

json::Value read_body(std::string_view body, json::Document& document) {
  const Place root;
  if (!document.parse(body)) {
    refuse(root,
           "the body is no JSON from byte " + std::to_string(document.stopped_at()) + " onwards");
  }
  if (!document.root().is_object()) {
    refuse(root,
           "the body: expected an object, got " + std::string(json::kind_of(document.root())));
  }
  return document.root();
}

void keep_rest(const json::Value& object, std::initializer_list<std::string_view> known,
               std::string_view dialect, std::string_view prefix, sdk::chat::Extras& extras) {
  object.each_member([&](std::string_view key, const json::Value& value) {
    if (std::find(known.begin(), known.end(), key) != known.end() || value.is_null()) return;
    extras.push_back({std::string(dialect), std::string(prefix).append(key), value.raw()});
  });
}

}  // namespace abv::openai
