// One client request, as plugin code sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "abv/abi/call.h"
#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

// The first header of that name, or nothing.
inline std::optional<std::string_view> find_header(std::span<const abv_header> headers,
                                                   std::string_view name) noexcept {
  for (const abv_header& header : headers) {
    if (iequals(view(header.name), name)) return view(header.value);
  }
  return std::nullopt;
}

// Wraps an abv_call; valid as long as that is. What abi/call.h says of threads and lifetimes holds.
class Call {
 public:
  explicit Call(const abv_call* raw) : raw_(raw) {}

  std::string_view id() const { return view(raw_->id); }
  std::string_view method() const { return view(raw_->method); }
  std::string_view path() const { return view(raw_->path); }
  std::string_view query() const { return view(raw_->query); }
  std::string_view operation() const { return view(raw_->operation); }
  std::string_view dialect() const { return view(raw_->dialect); }
  std::string_view route() const { return view(raw_->route); }
  std::string_view model() const { return view(raw_->model); }
  std::string_view peer() const { return view(raw_->peer); }
  std::string_view body() const { return view(raw_->body); }
  std::int64_t deadline_ns() const { return raw_->deadline_ns; }

  bool wants_stream() const { return (raw_->flags & ABV_CALL_STREAM) != 0; }
  bool wants_upgrade() const { return (raw_->flags & ABV_CALL_UPGRADE) != 0; }
  bool is_tls() const { return (raw_->flags & ABV_CALL_TLS) != 0; }

  std::span<const abv_header> headers() const { return {raw_->headers, raw_->header_count}; }
  std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers(), name);
  }
  // The first ?name= value, percent-decoded.
  std::optional<std::string> query_value(std::string_view name) const {
    return v1::query_value(query(), name);
  }

  bool is_cancelled() const { return raw_->cancelled(raw_->ctx) != 0; }
  void throw_if_cancelled() const {
    if (is_cancelled()) throw Stopped{ABV_E_CANCELLED};
  }
  abv_status on_cancel(void (*fn)(void*), void* arg) const {
    return raw_->on_cancel(raw_->ctx, fn, arg);
  }

  // Memory from the call's arena, or null.
  void* alloc(std::size_t size, std::size_t align = alignof(std::max_align_t)) const {
    return raw_->alloc(raw_->ctx, size, align);
  }

  // The next piece of a body that is streamed in; 0 is its end.
  std::size_t read_body(char* buffer, std::size_t capacity) const {
    std::size_t n = 0;
    throw_unless_ok(raw_->read_body(raw_->ctx, buffer, capacity, &n));
    return n;
  }

  // A fact that the host or a middleware attached ("principal"); empty when absent.
  std::string_view fact(std::string_view key) const { return view(raw_->get(raw_->ctx, str(key))); }
  void set_fact(std::string_view key, std::string_view value) const {
    throw_unless_ok(raw_->set(raw_->ctx, str(key), str(value)));
  }

  // Says why the hook is about to fail. Throwing the Failure does the same and returns its status.
  void fail(const Failure& failure) const {
    const abv_error error = to_abi(failure);
    raw_->fail(raw_->ctx, &error);
  }

  // Ends a call for which a handler returned ABV_PENDING. From any thread, exactly once.
  void complete(abv_status status) const { raw_->complete(raw_->ctx, status); }

  const void* extension(std::string_view extension_id) const {
    return raw_->get_extension(raw_->ctx, str(extension_id));
  }
  const abv_call* raw() const { return raw_; }

 private:
  const abv_call* raw_;
};

}  // namespace v1
}  // namespace abv::sdk
