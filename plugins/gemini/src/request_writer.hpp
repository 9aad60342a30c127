#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"

namespace abv::gemini {

// The name of a model as paths and bodies have it: "models/gemini-2.5-flash". Whatever is in it, it
// is one segment behind its folder.
std::string model_resource(std::string_view model);

// Where a request for `model` goes, with its query: the name, with or without "models/", is one
// segment, whatever is in it.
std::string request_path(std::string_view model, std::string_view operation, bool is_stream);

// The canonical request as a body of generateContent, or of countTokens for the operation
// "count_tokens". Throws Failure 400 when it is none.
std::string write_request(std::string_view canonical, const sdk::Attempt& attempt,
                          sdk::LossSink& losses);

}  // namespace abv::gemini
