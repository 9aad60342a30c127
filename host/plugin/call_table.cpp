#include "host/plugin/call_table.hpp"

#include "host/plugin/border.hpp"

namespace abv::plugin {
namespace {

CallServices& services_of(void* ctx) noexcept {
  return *static_cast<CallServices*>(static_cast<CallHandle*>(ctx));
}

int32_t ABV_CALL cancelled(void* ctx) noexcept {
  return services_of(ctx).cancelled() ? 1 : 0;
}

abv_status ABV_CALL on_cancel(void* ctx, void(ABV_CALL* fn)(void*), void* arg) noexcept {
  // It runs on another thread, where it has to be known whose code it is.
  const char* const name = current_plugin;
  return at_border([&]() -> abv_status {
    if (fn == nullptr) {
      return ABV_E_INVALID;
    }
    services_of(ctx).on_cancel([fn, arg, name] {
      const CurrentPlugin in_plugin(name);
      fn(arg);
    });
    return ABV_OK;
  });
}

void* ABV_CALL alloc(void* ctx, size_t size, size_t align) noexcept {
  return at_border_or<void*>(nullptr, [&]() -> void* {
    const bool is_power_of_two = align != 0 && (align & (align - 1)) == 0;
    return is_power_of_two ? services_of(ctx).alloc(size, align) : nullptr;
  });
}

abv_status ABV_CALL read_body(void* ctx, char* buffer, size_t capacity, size_t* n) noexcept {
  return at_border([&]() -> abv_status {
    if (buffer == nullptr || capacity == 0 || n == nullptr) {
      return ABV_E_INVALID;
    }
    *n = 0;
    return services_of(ctx).read_body(buffer, capacity, *n);
  });
}

void ABV_CALL fail(void* ctx, const abv_error* error) noexcept {
  visit_border([&] {
    if (error == nullptr || !ABV_HAS(abv_error, error, detail_json)) {
      return;
    }
    abv_error checked = *error;
    for (abv_str* field : {&checked.type, &checked.message, &checked.param, &checked.detail_json}) {
      *field = is_valid(*field) ? *field : abv_str{nullptr, 0};
    }
    services_of(ctx).fail(checked);
  });
}

void ABV_CALL complete(void* ctx, abv_status status) noexcept {
  visit_border([&] { services_of(ctx).complete(status); });
}

abv_str ABV_CALL get(void* ctx, abv_str key) noexcept {
  return at_border_or(abv_str{nullptr, 0}, [&] {
    return is_valid(key) ? view(services_of(ctx).get(text(key))) : abv_str{nullptr, 0};
  });
}

abv_status ABV_CALL set(void* ctx, abv_str key, abv_str value) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(key) || key.len == 0 || !is_valid(value)) {
      return ABV_E_INVALID;
    }
    return services_of(ctx).set(text(key), text(value));
  });
}

const void* ABV_CALL get_extension(void* ctx, abv_str id) noexcept {
  return at_border_or<const void*>(nullptr, [&]() -> const void* {
    return is_valid(id) ? services_of(ctx).get_extension(text(id)) : nullptr;
  });
}

}  // namespace

void bind_call(abv_call& table, CallServices& services) noexcept {
  table.size = sizeof(abv_call);
  table.ctx = static_cast<CallHandle*>(&services);
  table.cancelled = cancelled;
  table.on_cancel = on_cancel;
  table.alloc = alloc;
  table.read_body = read_body;
  table.fail = fail;
  table.complete = complete;
  table.get = get;
  table.set = set;
  table.get_extension = get_extension;
}

}  // namespace abv::plugin
