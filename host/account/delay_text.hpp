#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/account/timestamp.hpp"

// Delays as upstreams write them. Exact, and strict: what is not a delay gives none, and a number
// without a unit is a delay only where the field defines the unit.
//
// Results are never negative, are rounded up to whole milliseconds so that nobody comes back too
// early, and end at kLongestDelay, which also stands for numbers too large to hold.
namespace abv::account {

using Millis = std::chrono::milliseconds;

constexpr Millis kLongestDelay = std::chrono::hours(24) * 36'500;

// One or more numbers with units, the larger unit first and each once: "500ms", "1h2m3.5s",
// "156h14m", "7d", "3 days 6 hours". Units go from ns to weeks, by symbol or by name. "429
// messages" is no duration, nor is "42".
std::optional<Millis> parse_duration(std::string_view text);

// The value of a Retry-After header: seconds, whole or with decimals; a date in any of the three
// forms of HTTP, which in the past is 0; and, as some send them, a duration with a unit or an
// RFC 3339 time.
std::optional<Millis> parse_retry_after(std::string_view text, std::int64_t now_unix_ms);

// The delay that a sentence speaks of, and its words there.
struct DelayInText {
  Millis delay{0};
  std::string_view words;
};

// The first delay in a message for people: "try again in 1m 3s", "quota will reset after 5h2m",
// "(wait 3s)", "will reset at 2026-09-12 00:35:41 UTC". It counts only behind words that announce
// one, so that neither "429 messages" nor "gemini-3.5 small" is taken for a delay. Reads the first
// 4 KiB. `zone` is that of a time written without one.
std::optional<DelayInText> find_delay_in_text(std::string_view message, std::int64_t now_unix_ms,
                                              Zone zone = std::nullopt);

}  // namespace abv::account
