#pragma once

#include <cstdint>
#include <string_view>

#include "abv/ext/middleware.h"

namespace abv::plugin {

// The head of a request or of an answer, which a middleware may change. Lane code implements it.
// What is thrown is caught at the border and becomes ABV_E_INTERNAL.
class HeadEdit {
 public:
  // Of an answer's head; 0 for a request.
  virtual std::int32_t http_status() const = 0;

  virtual abv_status set_header(std::string_view name, std::string_view value) = 0;
  virtual abv_status remove_header(std::string_view name) = 0;
  virtual std::string_view header(std::string_view name) = 0;
  virtual abv_status set_request_id(std::string_view id) = 0;

 protected:
  ~HeadEdit() = default;
};

abv_edit edit_table(HeadEdit& edit) noexcept;

}  // namespace abv::plugin
