#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace abv::gemini {

// The neutral model list as a page of Gemini's, or the one model `only` (with or without
// "models/"); nothing when `only` is not in it. `query` may ask for a page: pageSize (1..1000, 50
// when absent) and pageToken, which is the last page's last model. A token that is not known gives
// an empty last page.
std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
                                         std::string_view query);

// Gemini's list as the neutral one, without "models/" in the ids. Throws Failure when it is none.
std::string decode_models(std::string_view body);

}  // namespace abv::gemini
