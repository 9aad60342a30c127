#include "host/plugin/status.hpp"

namespace abv::plugin {

const char* status_name(abv_status status) noexcept {
  switch (status) {
    case ABV_OK:
      return "ok";
    case ABV_PENDING:
      return "pending";
    case ABV_RESPONDED:
      return "responded";
    case ABV_E_INVALID:
      return "invalid";
    case ABV_E_UNSUPPORTED:
      return "unsupported";
    case ABV_E_PANIC:
      return "panic";
    case ABV_E_CANCELLED:
      return "cancelled";
    case ABV_E_DEADLINE:
      return "deadline";
    case ABV_E_NO_MEMORY:
      return "no_memory";
    case ABV_E_NOT_FOUND:
      return "not_found";
    case ABV_E_DENIED:
      return "denied";
    case ABV_E_IO:
      return "io";
    case ABV_E_LIMIT:
      return "limit";
    case ABV_E_INTERNAL:
      return "internal";
    default:
      return "unknown";
  }
}

abv_status status_of(Error::Code code) noexcept {
  switch (code) {
    case Error::Code::kInvalid:
      return ABV_E_INVALID;
    case Error::Code::kNotFound:
      return ABV_E_NOT_FOUND;
    case Error::Code::kDenied:
      return ABV_E_DENIED;
    case Error::Code::kIo:
      return ABV_E_IO;
    case Error::Code::kTimeout:
      return ABV_E_DEADLINE;
    case Error::Code::kCancelled:
      return ABV_E_CANCELLED;
    case Error::Code::kUnsupported:
      return ABV_E_UNSUPPORTED;
    case Error::Code::kLimit:
      return ABV_E_LIMIT;
    case Error::Code::kInternal:
      return ABV_E_INTERNAL;
  }
  return ABV_E_INTERNAL;
}

Error::Code code_of(abv_status status) noexcept {
  switch (status) {
    case ABV_E_INVALID:
      return Error::Code::kInvalid;
    case ABV_E_UNSUPPORTED:
      return Error::Code::kUnsupported;
    case ABV_E_CANCELLED:
      return Error::Code::kCancelled;
    case ABV_E_DEADLINE:
      return Error::Code::kTimeout;
    case ABV_E_NO_MEMORY:
    case ABV_E_LIMIT:
      return Error::Code::kLimit;
    case ABV_E_NOT_FOUND:
      return Error::Code::kNotFound;
    case ABV_E_DENIED:
      return Error::Code::kDenied;
    case ABV_E_IO:
      return Error::Code::kIo;
    default:
      return Error::Code::kInternal;
  }
}

}  // namespace abv::plugin
