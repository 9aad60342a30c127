#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/base/result.hpp"

namespace abv::config {

// What the two functions below accept, for messages: `a duration such as "250ms", …`.
extern const char kDurationForm[];
extern const char kSizeForm[];

// Reads a whole number with the unit ms, s, m, h or d: "250ms", "2d". "none" is nullopt: no limit.
// A number without a unit is refused, because nobody can tell seconds from milliseconds. The error
// message is the rule and the value; the caller adds the place.
Result<std::optional<std::chrono::nanoseconds>> parse_duration(std::string_view text);

// Reads bytes: a whole number, alone or with a unit. KiB, MiB, GiB, TiB are powers of 1024; B, KB,
// MB, GB, TB are powers of 1000.
Result<std::uint64_t> parse_size(std::string_view text);

}  // namespace abv::config
