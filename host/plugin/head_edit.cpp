#include "host/plugin/head_edit.hpp"

#include "host/plugin/border.hpp"

namespace abv::plugin {
namespace {

HeadEdit& edit_of(void* ctx) noexcept {
  return *static_cast<HeadEdit*>(ctx);
}

abv_status ABV_CALL set_header(void* ctx, abv_str name, abv_str value) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(name) || name.len == 0 || !is_valid(value)) {
      return ABV_E_INVALID;
    }
    return edit_of(ctx).set_header(text(name), text(value));
  });
}

abv_status ABV_CALL remove_header(void* ctx, abv_str name) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(name) || name.len == 0) {
      return ABV_E_INVALID;
    }
    return edit_of(ctx).remove_header(text(name));
  });
}

abv_str ABV_CALL header(void* ctx, abv_str name) noexcept {
  return at_border_or(abv_str{nullptr, 0}, [&] {
    return is_valid(name) ? view(edit_of(ctx).header(text(name))) : abv_str{nullptr, 0};
  });
}

abv_status ABV_CALL set_request_id(void* ctx, abv_str id) noexcept {
  return at_border([&]() -> abv_status {
    constexpr std::size_t kMaxIdBytes = 128;
    if (!is_valid(id) || id.len == 0 || id.len > kMaxIdBytes) {
      return ABV_E_INVALID;
    }
    for (const char c : text(id)) {
      if (c <= ' ' || c > '~') {
        return ABV_E_INVALID;
      }
    }
    return edit_of(ctx).set_request_id(text(id));
  });
}

}  // namespace

abv_edit edit_table(HeadEdit& edit) noexcept {
  return abv_edit{sizeof(abv_edit), edit.http_status(), &edit, set_header, remove_header,
                  header,           set_request_id};
}

}  // namespace abv::plugin
