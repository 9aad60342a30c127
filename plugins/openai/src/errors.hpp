#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"

// Errors in the words of OpenAI's API.
namespace abv::openai {

// {"error":{"message","type","param","code"}}; behind "data: " in Form::kStream. The code is the
// upstream's own if it told one, else the error's word, else the one that OpenAI gives for the
// status.
std::string encode_error(sdk::Form form, const sdk::Error& error);

// The error type that belongs to an HTTP status: "server_error" for 500.
std::string_view error_type(int http_status);

// The HTTP status that belongs to an error's type or code, for errors inside a stream; 500 for
// words not known.
int error_status(std::string_view type, std::string_view code);

// The status of an error whose maker left it open.
int http_status_of(const sdk::Error& error);

}  // namespace abv::openai
