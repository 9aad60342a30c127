#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "abv/abi/reply.h"

namespace abv::plugin {

// Where the answer of a handler, or of a middleware that answers by itself, goes. Lane code
// implements it. Arguments have been checked for null pointers and lengths, not for order. What is
// thrown is caught at the border and becomes ABV_E_INTERNAL.
class ReplySink {
 public:
  virtual abv_status begin(std::int32_t http_status, std::span<const abv_header> headers) = 0;
  virtual abv_status write(std::string_view bytes) = 0;
  virtual abv_status emit(const abv_event& event) = 0;

  virtual const void* get_extension(std::string_view id) {
    static_cast<void>(id);
    return nullptr;
  }

 protected:
  ~ReplySink() = default;
};

abv_reply reply_table(ReplySink& sink) noexcept;

}  // namespace abv::plugin
