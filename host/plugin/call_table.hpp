#pragma once

#include <cstddef>
#include <string_view>

#include "abv/abi/call.h"
#include "host/plugin/call_handle.hpp"

namespace abv::plugin {

// What a plugin may ask of a call. Lane code implements it; CallTable carries it over the border.
//
// What is thrown is caught at the border and becomes ABV_E_INTERNAL.
class CallServices : public CallHandle {
 public:
  // Memory until the call ends, or null when the arena's limit is reached. Call thread.
  virtual void* alloc(std::size_t size, std::size_t align) = 0;

  // Call thread, may block.
  virtual abv_status read_body(char* buffer, std::size_t capacity, std::size_t& n) = 0;

  // Copies the error; the views in it are checked. Call thread.
  virtual void fail(const abv_error& error) = 0;

  // Any thread.
  virtual void complete(abv_status status) = 0;

  // Valid until the call ends or the fact is set again. Call thread.
  virtual std::string_view get(std::string_view key) = 0;
  virtual abv_status set(std::string_view key, std::string_view value) = 0;

  virtual const void* get_extension(std::string_view id) {
    static_cast<void>(id);
    return nullptr;
  }

 protected:
  ~CallServices() = default;
};

// Fills in size, ctx and functions of `table`; the views and flags are the caller's to set.
// `services` outlives the table's use.
void bind_call(abv_call& table, CallServices& services) noexcept;

}  // namespace abv::plugin
