#include "host/lane/call_error.hpp"

#include <utility>

#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

struct Default {
  abv_status code;
  int http_status;
  const char* type;
};

constexpr Default kDefaults[] = {
    {ABV_E_INVALID, 400, "invalid_request"}, {ABV_E_UNSUPPORTED, 501, "unsupported"},
    {ABV_E_CANCELLED, 499, "cancelled"},     {ABV_E_DEADLINE, 504, "deadline"},
    {ABV_E_NOT_FOUND, 404, "not_found"},     {ABV_E_DENIED, 403, "denied"},
    {ABV_E_IO, 502, "upstream_failed"},      {ABV_E_LIMIT, 413, "request_too_large"},
};

Default default_for(abv_status code) {
  for (const Default& row : kDefaults) {
    if (row.code == code) {
      return row;
    }
  }
  return {code, 500, "internal_error"};
}

std::string copy(abv_str view) {
  return plugin::is_valid(view) ? std::string(plugin::text(view)) : std::string();
}

}  // namespace

CallError CallError::make(int http_status, abv_status code, std::string_view type,
                          std::string message) {
  CallError error;
  error.http_status = http_status;
  error.code = code;
  error.type = type;
  error.message = std::move(message);
  return error;
}

CallError CallError::of_upstream(const Error& error) {
  switch (error.code) {
    case Error::Code::kTimeout:
      return make(504, ABV_E_DEADLINE, "upstream_timeout", error.message);
    case Error::Code::kCancelled:
      return make(499, ABV_E_CANCELLED, "cancelled", error.message);
    default:
      return make(502, ABV_E_IO, "upstream_failed", error.message);
  }
}

CallError CallError::of_request(const Error& error) {
  switch (error.code) {
    case Error::Code::kTimeout:
      return make(408, ABV_E_DEADLINE, "request_timeout",
                  "the request body did not arrive in time");
    case Error::Code::kLimit:
      return make(413, ABV_E_LIMIT, "request_too_large", error.message);
    case Error::Code::kCancelled:
      return make(499, ABV_E_CANCELLED, "cancelled", error.message);
    default:
      return make(400, ABV_E_INVALID, "invalid_request", error.message);
  }
}

CallError CallError::of_plugin(const abv_error& given) {
  const Default fallback = default_for(given.code);
  const bool is_status = given.http_status >= 400 && given.http_status <= 599;
  CallError error = make(is_status ? given.http_status : fallback.http_status, given.code,
                         fallback.type, copy(given.message));
  if (ABV_HAS(abv_error, &given, type) && given.type.len > 0) {
    error.type = copy(given.type);
  }
  error.param = copy(given.param);
  error.detail_json = copy(given.detail_json);
  error.retry_after_ms = given.retry_after_ms;
  return error;
}

CallError CallError::of_silent_plugin(std::string_view instance, abv_status status) {
  const Default fallback = default_for(status);
  return make(fallback.http_status, status, fallback.type,
              "plugin instance \"" + std::string(instance) + "\" failed without a message (" +
                  plugin::status_name(status) + ")");
}

abv_error CallError::view() const {
  abv_error error{};
  error.size = sizeof error;
  error.http_status = http_status;
  error.code = code;
  error.retry_after_ms = retry_after_ms;
  error.type = plugin::view(type);
  error.message = plugin::view(message);
  error.param = plugin::view(param);
  error.detail_json = plugin::view(detail_json);
  return error;
}

}  // namespace abv::lane
