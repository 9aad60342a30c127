#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"
#include "abv/sdk/json_schema.hpp"

namespace abv::gemini {

// The name of this dialect, as it stands in extras and opaque parts.
inline constexpr std::string_view kDialect = "gemini";

// The family of models that Gemini's signatures are of.
inline constexpr std::string_view kFamily = "gemini";

// The member of an answer that tells why a prompt was blocked. It has no candidates then.
inline constexpr std::string_view kPromptFeedback = "promptFeedback";

// What stands in place of a signature that another model's history lacks. Google documents it.
inline constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

// "function_call" as "functionCall". The API takes both, as JSON forms of protocol buffers do.
inline std::string camel(std::string_view key) {
  return key.find('_') == std::string_view::npos ? std::string(key)
                                                 : sdk::json_schema::detail::camel_case(key);
}

// The same without a copy where there is nothing to change; `storage` keeps what is new.
inline std::string_view camel(std::string_view key, std::string& storage) {
  if (key.find('_') == std::string_view::npos) return key;
  storage = sdk::json_schema::detail::camel_case(key);
  return storage;
}

// A member by its name in camel case, in whichever form it stands. Null counts as absent.
inline sdk::json::Value field(const sdk::json::Value& object, std::string_view name) {
  sdk::json::Value found = object[name];
  if (!found) {
    for (const auto& [key, value] : object.members()) {
      if (key.find('_') != std::string::npos && camel(key) == name) found = value;
    }
  }
  return found.is_null() ? sdk::json::Value() : found;
}

}  // namespace abv::gemini
