#pragma once

#include <cstddef>
#include <new>
#include <utility>

#include "abv/abi/base.h"
#include "host/plugin/current.hpp"
#include "host/plugin/view.hpp"

// What every function that a plugin calls back has in common.
namespace abv::plugin {

// Runs the host's code for a plugin that called back. Nothing is thrown through a plugin's frames.
//
// PANIC and INTERNAL of the host, or of another plugin that the host asked, become IO: the plugin
// has to hand failures back unchanged, and its own fuse must not blow for a fault that is not its
// own.
template <class Fn>
abv_status at_border(Fn&& fn) noexcept {
  const CurrentPlugin in_host(nullptr);
  try {
    const abv_status status = std::forward<Fn>(fn)();
    return status == ABV_E_PANIC || status == ABV_E_INTERNAL ? ABV_E_IO : status;
  } catch (const std::bad_alloc&) {
    return ABV_E_NO_MEMORY;
  } catch (...) {
    return ABV_E_IO;
  }
}

// The same for functions that return something else; `failure` is returned when `fn` throws.
template <class T, class Fn>
T at_border_or(T failure, Fn&& fn) noexcept {
  const CurrentPlugin in_host(nullptr);
  try {
    return std::forward<Fn>(fn)();
  } catch (...) {
    return failure;
  }
}

// The same for functions that return nothing.
template <class Fn>
void visit_border(Fn&& fn) noexcept {
  const CurrentPlugin in_host(nullptr);
  try {
    std::forward<Fn>(fn)();
  } catch (...) {
    return;  // there is no one to tell: the plugin expects no answer
  }
}

// Can these headers be read? More than this many are a mistake, not a request.
inline bool is_valid(const abv_header* headers, std::size_t count) noexcept {
  constexpr std::size_t kMaxHeaders = 1024;
  if (count > kMaxHeaders || (count > 0 && headers == nullptr)) {
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_valid(headers[i].name) || !is_valid(headers[i].value)) {
      return false;
    }
  }
  return true;
}

}  // namespace abv::plugin
