// How a plugin fails: exceptions that live and die inside the plugin. No exception crosses the ABI.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/abi/error.h"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

// Throw it in any hook to fail the call, or in a constructor to fail the instance:
//   throw Failure{404, "not_found", "no model called \"x\""};
// No field may hold a secret.
struct Failure {
  int http_status = 500;
  std::string type = {};     // a stable word, such as "rate_limit"
  std::string message = {};  // for people
  std::int64_t retry_after_ms = -1;
  std::string param = {};        // the request field at fault
  std::string detail_json = {};  // the upstream's own error object
  abv_status code = ABV_OK;      // ABV_OK: follows from http_status
};

// Ends a hook with a status that needs no explanation; thrown by the SDK when the host refuses to
// take more (the client is gone, a limit is reached).
struct Stopped {
  abv_status status;
};

inline void throw_unless_ok(abv_status status) {
  if (status < ABV_OK) throw Stopped{status};
}

// The ABI status that belongs to a failure.
inline abv_status status_of(const Failure& failure) noexcept {
  if (failure.code < ABV_OK) return failure.code;
  switch (failure.http_status) {
    case 401:
    case 403:
      return ABV_E_DENIED;
    case 404:
      return ABV_E_NOT_FOUND;
    case 408:
    case 504:
      return ABV_E_DEADLINE;
    case 413:
    case 429:
      return ABV_E_LIMIT;
    case 501:
      return ABV_E_UNSUPPORTED;
    default:
      // Not INTERNAL: a failure that is told is no fault of the plugin, and must not blow its fuse.
      return failure.http_status < 500 ? ABV_E_INVALID : ABV_E_IO;
  }
}

// The ABI form of a failure; its views live as long as `failure`.
inline abv_error to_abi(const Failure& failure) noexcept {
  abv_error error{};
  error.size = sizeof error;
  error.http_status = failure.http_status;
  error.code = status_of(failure);
  error.retry_after_ms = failure.retry_after_ms;
  error.type = str(failure.type);
  error.message = str(failure.message);
  error.param = str(failure.param);
  error.detail_json = str(failure.detail_json);
  return error;
}

// An error that a dialect is to write.
class Error {
 public:
  explicit Error(const abv_error& raw) : raw_(&raw) {}

  int http_status() const { return raw_->http_status; }
  abv_status code() const { return raw_->code; }
  std::int64_t retry_after_ms() const { return raw_->retry_after_ms; }
  std::string_view type() const { return view(raw_->type); }
  std::string_view message() const { return view(raw_->message); }
  std::string_view param() const { return view(raw_->param); }
  std::string_view detail_json() const { return view(raw_->detail_json); }
  const abv_error& raw() const { return *raw_; }

 private:
  const abv_error* raw_;
};

}  // namespace v1
}  // namespace abv::sdk
