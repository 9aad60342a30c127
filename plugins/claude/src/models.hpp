#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace abv::claude {

// The neutral model list as a page of Anthropic's, or the one model `only`; nothing when `only` is
// not in it. `query` may ask for a page: limit (1..1000, 20 when absent), after_id, before_id. A
// cursor that is not in the list gives an empty page, which ends a client's paging.
std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
                                         std::string_view query);

// Anthropic's list as the neutral one. Throws Failure when it is none.
std::string decode_models(std::string_view body);

// Seconds since 1970 of an RFC 3339 time in UTC ("2025-02-19T00:00:00Z"); 0 when it is none.
std::int64_t read_time(std::string_view text);

// The other way.
std::string write_time(std::int64_t unix_seconds);

}  // namespace abv::claude
