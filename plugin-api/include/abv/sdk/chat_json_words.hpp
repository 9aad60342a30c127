// The words of the canonical chat request's JSON form.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json_reader.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace chat {
namespace detail {

// In the order of their enums.
inline constexpr std::string_view kRoles[] = {"system", "developer", "user", "assistant"};
inline constexpr std::string_view kPartKinds[] = {
    "text", "refusal", "image", "audio", "file", "reasoning", "tool_call", "tool_result", "opaque"};
inline constexpr std::string_view kToolKinds[] = {"function", "custom", "web_search", "opaque"};
inline constexpr std::string_view kModes[] = {"", "auto", "none", "required"};

template <class Enum, std::size_t kCount>
std::string_view word_of(Enum value, const std::string_view (&words)[kCount]) {
  return words[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t kCount>
Enum enum_of(const json::Value& value, const std::string_view (&words)[kCount], const char* what) {
  std::string scratch;
  const auto word = value.text(scratch);
  for (std::size_t i = 0; i < kCount; ++i) {
    if (json::detail::is_same(words[i], word)) return static_cast<Enum>(i);
  }
  throw Failure{
      400, "invalid_request",
      "canonical request: unknown " + std::string(what) + " \"" + std::string(word) + "\""};
}

}  // namespace detail
}  // namespace chat
}  // namespace v1
}  // namespace abv::sdk
