#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"

// Errors in the words of Anthropic's API.
namespace abv::claude {

// {"type":"error","error":{"type","message"},"request_id"}; as a stream event, with its `event:`
// line, in Form::kStream. The upstream's own error object goes into error.details, where SDKs look
// for more.
std::string encode_error(sdk::Form form, const sdk::Error& error, std::string_view request_id);

// The error type that belongs to an HTTP status: "rate_limit_error" for 429.
std::string_view error_type(int http_status);

// The HTTP status that belongs to an error type, for errors inside a stream; 500 for types not
// known.
int error_status(std::string_view type);

// The status of an error whose maker left it open.
int http_status_of(const sdk::Error& error);

}  // namespace abv::claude
