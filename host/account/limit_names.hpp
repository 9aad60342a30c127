#pragma once

#include <string>
#include <string_view>

#include "host/account/evidence.hpp"

// The names that upstreams give to their limits and to the headers that tell of them.
namespace abv::account {

// Who names headers in the same way.
enum class Family {
  kAnthropic,  // anthropic-ratelimit-input-tokens-reset
  kUnified,    // anthropic-ratelimit-unified-5h-reset
  kRateLimit,  // x-ratelimit-reset-requests, ratelimit-reset
  kCodex,      // x-codex-primary-reset-at
};

// A header's name, taken apart.
struct LimitHeader {
  Family family = Family::kRateLimit;
  std::string key;  // the limit: "input-tokens", "5h", "requests", "bengalfox primary"
  std::string_view
      field;            // "reset", …; empty when the header tells of no limit; a view of the name
  std::string pattern;  // the name with * for the field
};

// `name` is in lower case.
LimitHeader limit_header(std::string_view name);

// Quickly, and for names in any case: false for most headers that tell nothing of limits.
bool may_tell_limits(std::string_view name);

// The window of a limit counted over that many minutes: the named one that is nearest.
Window window_of_minutes(double minutes);

// The window that a limit's name speaks of: "requests-day", "GenerateRequestsPerMinutePerProject".
Window window_named(std::string_view name);

// The window of a subscription: "5h", "7d", "7d_opus".
Window window_of_subscription(std::string_view key);

}  // namespace abv::account
