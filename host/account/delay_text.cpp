#include "host/account/delay_text.hpp"

#include <algorithm>
#include <array>

#include "host/account/scanner.hpp"

namespace abv::account {
namespace {

struct Unit {
  std::string_view name;  // in lower case
  std::uint64_t ns;
};

constexpr std::uint64_t kUs = 1'000;
constexpr std::uint64_t kMs = 1'000 * kUs;
constexpr std::uint64_t kSecond = 1'000 * kMs;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::uint64_t kWeek = 7 * kDay;
constexpr std::uint64_t kLongestNs =
    static_cast<std::uint64_t>(std::chrono::nanoseconds(kLongestDelay).count());

constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", kUs},
    {"\xC2\xB5s", kUs},
    {"\xCE\xBCs", kUs},
    {"ms", kMs},
    {"msec", kMs},
    {"msecs", kMs},
    {"millisecond", kMs},
    {"milliseconds", kMs},
    {"s", kSecond},
    {"sec", kSecond},
    {"secs", kSecond},
    {"second", kSecond},
    {"seconds", kSecond},
    {"m", kMinute},
    {"min", kMinute},
    {"mins", kMinute},
    {"minute", kMinute},
    {"minutes", kMinute},
    {"h", kHour},
    {"hr", kHour},
    {"hrs", kHour},
    {"hour", kHour},
    {"hours", kHour},
    {"d", kDay},
    {"day", kDay},
    {"days", kDay},
    {"w", kWeek},
    {"week", kWeek},
    {"weeks", kWeek},
};

// 0 for what is no unit. A single letter counts in lower case only: "5M" may be months or
// megabytes.
std::uint64_t unit_ns(std::string_view word) {
  const std::string name = word.size() == 1 ? std::string(word) : lowered(word);
  const auto* const found = std::find_if(std::begin(kUnits), std::end(kUnits),
                                         [&](const Unit& unit) { return unit.name == name; });
  return found == std::end(kUnits) ? 0 : found->ns;
}

std::uint64_t nanoseconds(const Decimal& number, std::uint64_t unit) {
  if (number.whole > kLongestNs / unit) {
    return kLongestNs;
  }
  // Units from a second up are whole seconds, of which a billionth is a nanosecond.
  const std::uint64_t fraction = unit >= kSecond
                                     ? unit / kSecond * number.billionths
                                     : (unit * number.billionths + kSecond - 1) / kSecond;
  return std::min(number.whole * unit + fraction, kLongestNs);
}

Millis rounded_up(std::uint64_t ns) {
  return Millis(static_cast<std::int64_t>((ns + kMs - 1) / kMs));
}

// What may stand between two parts of one duration.
void skip_joint(Scanner& scanner) {
  scanner.skip_blanks();
  if (scanner.take(',') || scanner.take('&')) {
    scanner.skip_blanks();
  }
  if (scanner.take_words("and ")) {
    scanner.skip_blanks();
  }
}

std::optional<Millis> take_duration(Scanner& scanner) {
  std::uint64_t total = 0;
  std::uint64_t last_unit = 0;
  while (true) {
    const std::size_t start = scanner.position();
    if (last_unit != 0) {
      skip_joint(scanner);
    }
    const auto number = scanner.take_decimal();
    if (number) {
      scanner.skip_blanks();
    }
    const std::uint64_t unit = number ? unit_ns(scanner.take_letters()) : 0;
    if (unit == 0 || (last_unit != 0 && unit >= last_unit)) {
      scanner.rewind(start);
      return last_unit == 0 ? std::nullopt : std::optional(rounded_up(total));
    }
    total = std::min(total + nanoseconds(*number, unit), kLongestNs);
    last_unit = unit;
  }
}

Millis until(std::int64_t time_unix_ms, std::int64_t now_unix_ms) {
  if (time_unix_ms <= now_unix_ms) {
    return Millis(0);
  }
  // Unsigned, because a clock before 1970 makes the difference larger than the type.
  const std::uint64_t difference =
      static_cast<std::uint64_t>(time_unix_ms) - static_cast<std::uint64_t>(now_unix_ms);
  const auto longest = static_cast<std::uint64_t>(kLongestDelay.count());
  return Millis(static_cast<std::int64_t>(std::min(difference, longest)));
}

// Words behind which a delay or a time stands. Of two that begin alike the longer one is first. The
// names of fields are for JSON that was cut and cannot be parsed.
constexpr std::string_view kAnnouncements[] = {
    "try again in",
    "try again after",
    "try again at",
    "try again on",
    "retry in",
    "retry after",
    "retry-after",
    "retry at",
    "retrying in",
    "retry your request after",
    "retrydelay",
    "reset in",
    "reset after",
    "reset at",
    "reset on",
    "resets in",
    "resets after",
    "resets at",
    "resets on",
    "quotaresetdelay",
    "quotaresettimestamp",
    "refresh in",
    "refresh at",
    "refreshes in",
    "refreshes at",
    "available in",
    "available after",
    "available at",
    "available again in",
    "available again at",
    "regain access in",
    "regain access on",
    "regain access at",
    "come back in",
    "backoff for",
    "back off for",
    "wait for",
    "wait until",
    "wait",
    "\xE5\xB0\x86\xE5\x9C\xA8",  // Chinese: "will, at …"
};

// What may stand between the announcement and its delay.
void skip_fillers(Scanner& scanner) {
  constexpr std::string_view kMarks = " \t\r\n:=~\"'\\";
  constexpr std::string_view kWords[] = {"about ",    "approximately ", "around ",
                                         "at least ", "another ",       "up to "};
  bool is_moving = true;
  while (is_moving) {
    const std::size_t start = scanner.position();
    while (!scanner.at_end() && kMarks.find(scanner.peek()) != std::string_view::npos) {
      scanner.take(scanner.peek());
    }
    for (const std::string_view word : kWords) {
      scanner.take_words(word);
    }
    is_moving = scanner.position() != start;
  }
}

bool take_announcement(Scanner& scanner) {
  return std::any_of(std::begin(kAnnouncements), std::end(kAnnouncements),
                     [&](std::string_view words) {
                       const std::size_t start = scanner.position();
                       if (!scanner.take_words(words)) {
                         return false;
                       }
                       if (is_letter(words.back()) && is_letter(scanner.peek())) {
                         scanner.rewind(start);
                         return false;
                       }
                       return true;
                     });
}

}  // namespace

std::optional<Millis> parse_duration(std::string_view text) {
  Scanner scanner(trimmed(text));
  const auto duration = take_duration(scanner);
  return scanner.at_end() ? duration : std::nullopt;
}

std::optional<Millis> parse_retry_after(std::string_view text, std::int64_t now_unix_ms) {
  text = trimmed(text);
  Scanner scanner(text);
  const auto seconds = scanner.take_decimal();
  if (seconds && scanner.at_end()) {
    return rounded_up(nanoseconds(*seconds, kSecond));
  }
  if (const auto duration = parse_duration(text)) {
    return duration;
  }
  auto time = parse_http_date(text, now_unix_ms);
  if (!time) {
    time = parse_timestamp(text);
  }
  return time ? std::optional(until(*time, now_unix_ms)) : std::nullopt;
}

std::optional<DelayInText> find_delay_in_text(std::string_view message, std::int64_t now_unix_ms,
                                              Zone zone) {
  constexpr std::size_t kReadBytes = 4096;
  message = message.substr(0, kReadBytes);
  for (std::size_t start = 0; start < message.size(); ++start) {
    const char before = start == 0 ? ' ' : message[start - 1];
    if (is_letter(message[start]) && (is_letter(before) || is_digit(before))) {
      continue;
    }
    Scanner scanner(message);
    scanner.rewind(start);
    if (!take_announcement(scanner)) {
      continue;
    }
    skip_fillers(scanner);
    std::optional<Millis> delay;
    if (const auto time = take_timestamp(scanner, zone)) {
      delay = until(*time, now_unix_ms);
    } else {
      delay = take_duration(scanner);
    }
    if (delay) {
      return DelayInText{*delay, message.substr(start, scanner.position() - start)};
    }
  }
  return std::nullopt;
}

}  // namespace abv::account
