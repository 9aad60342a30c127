#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/account/scanner.hpp"

// Points in time as upstreams write them; all results are milliseconds since 1970-01-01 UTC, which
// is also the earliest one. Dates that no calendar has are none.
namespace abv::account {

// What a time means that is written without a zone: the offset of its clock from UTC. Without one
// such a time is none, because a guess would be wrong by hours.
using Zone = std::optional<std::chrono::minutes>;

// RFC 3339, and what comes close to it: a blank for the "T", no seconds, a comma before the
// fraction is none. "2026-09-12T00:35:41.5+08:00", "2026-09-12 00:35:41Z". The whole text.
std::optional<std::int64_t> parse_timestamp(std::string_view text, Zone zone = std::nullopt);

// The same at the scanner's position, and in sentences: "2026-01-01 at 00:00 UTC".
std::optional<std::int64_t> take_timestamp(Scanner& scanner, Zone zone);

// The three forms of RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"
// and "Sun Nov  6 08:49:37 1994". A year of two digits is the one that is at most 50 years after
// `now_unix_ms`.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_unix_ms);

// Seconds or milliseconds since 1970, with or without decimals. The two are told apart by their
// size: seconds stay below 1e11 until the year 5138. Below 1e9 (2001) it is none, since a number
// that small counts from now.
std::optional<std::int64_t> parse_unix_time(std::string_view text);

}  // namespace abv::account
