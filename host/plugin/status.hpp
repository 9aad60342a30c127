#pragma once

#include <string_view>

#include "abv/abi/base.h"
#include "host/base/result.hpp"

namespace abv::plugin {

inline bool failed(abv_status status) noexcept {
  return status < 0;
}

// "ok", "cancelled", "panic", …; for a number that is not known "unknown".
const char* status_name(abv_status status) noexcept;

abv_status status_of(Error::Code code) noexcept;

// Only for failures. A panic and a number that is not known are kInternal.
Error::Code code_of(abv_status status) noexcept;

}  // namespace abv::plugin
