#include "host/account/limit_names.hpp"

#include <algorithm>
#include <utility>

#include "host/account/scanner.hpp"

namespace abv::account {
namespace {

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

// "input-tokens-reset" is the field "reset" of "input-tokens"; "status" is one of "".
LimitHeader field_last(Family family, std::string_view rest) {
  const std::size_t dash = rest.rfind('-');
  if (dash == std::string_view::npos) {
    return {family, "", rest, ""};
  }
  return {family, std::string(rest.substr(0, dash)), rest.substr(dash + 1), ""};
}

// "reset-requests-day" is the field "reset" of "requests-day".
LimitHeader field_first(Family family, std::string_view rest) {
  const std::size_t dash = rest.find('-');
  const bool has_key = dash != std::string_view::npos;
  return {family, std::string(has_key ? rest.substr(dash + 1) : ""), rest.substr(0, dash), ""};
}

// "bengalfox-primary-reset-at" is the field "reset-at" of the first window of the limit bengalfox.
LimitHeader codex_field(std::string_view rest) {
  for (const std::string_view slot : {"primary-", "secondary-"}) {
    const std::size_t found = rest.rfind(slot);
    if (found != std::string_view::npos && (found == 0 || rest[found - 1] == '-')) {
      const std::string limit(rest.substr(0, found == 0 ? 0 : found - 1));
      const std::string window(slot.substr(0, slot.size() - 1));
      return {Family::kCodex, limit.empty() ? window : limit + " " + window,
              rest.substr(found + slot.size()), ""};
    }
  }
  return {};
}

LimitHeader taken_apart(std::string_view name) {
  if (take_prefix(name, "anthropic-ratelimit-unified-")) {
    return field_last(Family::kUnified, name);
  }
  if (take_prefix(name, "anthropic-ratelimit-")) {
    return field_last(Family::kAnthropic, name);
  }
  if (take_prefix(name, "x-ratelimit-") || take_prefix(name, "ratelimit-")) {
    return field_first(Family::kRateLimit, name);
  }
  if (take_prefix(name, "x-codex-")) {
    return codex_field(name);
  }
  return {};
}

}  // namespace

LimitHeader limit_header(std::string_view name) {
  LimitHeader parts = taken_apart(name);
  if (!parts.field.empty()) {
    const auto start = static_cast<std::size_t>(parts.field.data() - name.data());
    parts.pattern = std::string(name).replace(start, parts.field.size(), "*");
  }
  return parts;
}

bool may_tell_limits(std::string_view name) {
  constexpr std::size_t kShortest = 11;  // of retry-after
  const char first = name.size() < kShortest ? '\0' : lower(name.front());
  return first == 'r' || first == 'a' || first == 'x';
}

Window window_of_minutes(double minutes) {
  constexpr double kHour = 60;
  constexpr double kDay = 24 * kHour;
  // The borders lie between the windows that upstreams have: 1, 60, 300, 1,440, 10,080, 43,200.
  static constexpr std::pair<double, Window> kBorders[] = {
      {10, Window::kMinute},    {2 * kHour, Window::kHour}, {kDay / 2, Window::kFiveHours},
      {2 * kDay, Window::kDay}, {14 * kDay, Window::kWeek},
  };
  const auto* const found = std::find_if(std::begin(kBorders), std::end(kBorders),
                                         [&](const auto& row) { return minutes <= row.first; });
  return found == std::end(kBorders) ? Window::kMonth : found->second;
}

Window window_named(std::string_view name) {
  static constexpr std::pair<std::string_view, Window> kNames[] = {
      {"minute", Window::kMinute}, {"hour", Window::kHour}, {"day", Window::kDay},
      {"daily", Window::kDay},     {"week", Window::kWeek}, {"month", Window::kMonth},
  };
  const std::string small = lowered(name);
  const auto* const found =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [&](const auto& row) { return small.find(row.first) != std::string::npos; });
  return found == std::end(kNames) ? Window::kUnknown : found->second;
}

Window window_of_subscription(std::string_view key) {
  Scanner scanner(key);
  const auto number = scanner.take_decimal();
  const char unit = scanner.peek();
  if (!number || (unit != 'h' && unit != 'd')) {
    return Window::kUnknown;
  }
  constexpr double kMinutesPerHour = 60;
  constexpr double kHoursPerDay = 24;
  const double hours = static_cast<double>(number->whole) * (unit == 'd' ? kHoursPerDay : 1);
  return window_of_minutes(hours * kMinutesPerHour);
}

}  // namespace abv::account
