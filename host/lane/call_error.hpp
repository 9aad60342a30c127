#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/abi/error.h"
#include "host/base/result.hpp"

namespace abv::lane {

// A failure of a call, as it is told to the client: in no dialect yet.
struct CallError {
  int http_status = 500;
  abv_status code = ABV_E_INTERNAL;
  std::string type;     // "not_found", "upstream_timeout", …
  std::string message;  // for people
  std::string param;    // the request field at fault
  std::string detail_json;
  std::int64_t retry_after_ms = -1;
  std::string allowed_methods;  // "GET, POST", for the Allow header of a 405
  std::string_view upgrade;     // static text: the protocol in the Upgrade header of a 426

  static CallError make(int http_status, abv_status code, std::string_view type,
                        std::string message);

  // What an upstream did wrong: 502, or 504 when it took too long.
  static CallError of_upstream(const Error& error);

  // What is wrong with the client's request: 400, 408 or 413.
  static CallError of_request(const Error& error);

  // Copies what a plugin gave; missing parts are filled in by its code.
  static CallError of_plugin(const abv_error& error);

  // For a plugin that failed without saying why.
  static CallError of_silent_plugin(std::string_view instance, abv_status status);

  // A view for the ABI, valid as long as this.
  abv_error view() const;
};

}  // namespace abv::lane
