#pragma once

#include <algorithm>
#include <string_view>

// What names of the plugin world look like.
namespace abv::plugin {

inline bool is_name_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

// "abv.openai"
inline bool is_plugin_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), is_name_char);
}

// "openai-chat"
inline bool is_component_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_name_char(c) || c == '_'; });
}

// "abv.provider/1": an id, a slash, and a number
inline bool is_kind(std::string_view kind) noexcept {
  const std::size_t slash = kind.find('/');
  if (slash == std::string_view::npos || slash + 1 == kind.size()) {
    return false;
  }
  const std::string_view number = kind.substr(slash + 1);
  return is_plugin_id(kind.substr(0, slash)) &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace abv::plugin
