#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"

// Errors in the words of Google's APIs.
namespace abv::gemini {

// {"error":{"code","message","status"}}; behind "data: " in Form::kStream, without an event line,
// which would make Google's SDK drop it. details holds the upstream's own, or a RetryInfo.
std::string encode_error(sdk::Form form, const sdk::Error& error);

// The canonical status that belongs to an HTTP status: "RESOURCE_EXHAUSTED" for 429.
std::string_view error_status(int http_status);

// The status of an error whose maker left it open.
int http_status_of(const sdk::Error& error);

}  // namespace abv::gemini
