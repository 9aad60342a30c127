#pragma once

#include <string_view>

#include "abv/abi/base.h"

namespace abv::plugin {

inline abv_str view(std::string_view text) noexcept {
  return abv_str{text.data(), text.size()};
}

// Only for a view that is_valid().
inline std::string_view text(abv_str view) noexcept {
  return view.len == 0 ? std::string_view() : std::string_view(view.ptr, view.len);
}

inline bool is_valid(abv_str view) noexcept {
  return view.len == 0 || view.ptr != nullptr;
}

// The text of a static C string of a plugin; empty for null.
inline std::string_view text(const char* zero_terminated) noexcept {
  return zero_terminated == nullptr ? std::string_view() : std::string_view(zero_terminated);
}

}  // namespace abv::plugin
