#include "host/account/timestamp.hpp"

#include <algorithm>
#include <array>

namespace abv::account {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};
constexpr std::size_t kShortName = 3;

// The parts of a point in time, as they are written.
struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::uint32_t billionths = 0;
};

std::optional<std::int64_t> unix_ms(const Parts& parts, std::chrono::minutes offset) {
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  constexpr int kLeapSecond = 60;
  if (!date.ok() || parts.year < 1970 || parts.hour > 23 || parts.minute > 59 ||
      parts.second > kLeapSecond) {
    return std::nullopt;
  }
  const auto since_midnight = std::chrono::hours(parts.hour) + std::chrono::minutes(parts.minute) +
                              std::chrono::seconds(parts.second) - offset;
  const std::chrono::seconds seconds =
      std::chrono::sys_days(date).time_since_epoch() + since_midnight;
  constexpr std::uint32_t kPerMs = 1'000'000;
  const std::int64_t ms =
      seconds.count() * 1000 + static_cast<std::int64_t>((parts.billionths + kPerMs - 1) / kPerMs);
  return ms >= 0 ? std::optional(ms) : std::nullopt;
}

bool take_clock(Scanner& scanner, Parts& parts, bool needs_seconds) {
  const auto hour = scanner.take_digits(2);
  const bool has_colon = hour && scanner.take(':');
  const auto minute = has_colon ? scanner.take_digits(2) : std::nullopt;
  if (!minute) {
    return false;
  }
  parts.hour = *hour;
  parts.minute = *minute;
  if (!scanner.take(':')) {
    return !needs_seconds;
  }
  const auto second = scanner.take_digits(2);
  if (!second) {
    return false;
  }
  parts.second = *second;
  return true;
}

bool take_date(Scanner& scanner, Parts& parts) {
  const auto year = scanner.take_digits(4);
  const auto month = year && scanner.take('-') ? scanner.take_digits(2) : std::nullopt;
  const auto day = month && scanner.take('-') ? scanner.take_digits(2) : std::nullopt;
  if (!day) {
    return false;
  }
  parts.year = *year;
  parts.month = *month;
  parts.day = *day;
  return true;
}

// "Z", "UTC", "+08:00", "-0330", "+08".
Zone take_offset(Scanner& scanner) {
  const std::size_t start = scanner.position();
  scanner.skip_blanks();
  for (const std::string_view name : {"utc", "gmt", "z"}) {
    const std::size_t here = scanner.position();
    if (scanner.take_words(name)) {
      if (!is_letter(scanner.peek())) {
        return std::chrono::minutes(0);
      }
      scanner.rewind(here);
    }
  }
  const bool is_west = scanner.peek() == '-';
  if (scanner.take('+') || scanner.take('-')) {
    std::optional<int> hours = scanner.take_digits(2);
    std::optional<int> minutes = 0;
    if (hours && scanner.take(':')) {
      minutes = scanner.take_digits(2);
    } else if (!hours) {
      const std::optional<int> both = scanner.take_digits(4);
      hours = both ? std::optional(*both / 100) : std::nullopt;
      minutes = both ? std::optional(*both % 100) : std::nullopt;
    }
    if (hours && minutes && *hours < 24 && *minutes < 60) {
      const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
      return is_west ? -offset : offset;
    }
  }
  scanner.rewind(start);
  return std::nullopt;
}

// A month by its short name: 1 to 12, or 0.
int month_named(std::string_view name) {
  const auto* const found = std::find(kMonths.begin(), kMonths.end(), lowered(name));
  return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

bool is_day_name(std::string_view name) {
  const std::string given = lowered(name);
  return std::any_of(kDays.begin(), kDays.end(), [&](std::string_view day) {
    return given == day || given == day.substr(0, kShortName);
  });
}

int full_year(int two_digits, std::int64_t now_unix_ms) {
  const auto now = std::chrono::sys_time<std::chrono::milliseconds>(
      std::chrono::milliseconds(std::max<std::int64_t>(now_unix_ms, 0)));
  const int this_year = static_cast<int>(
      std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
  constexpr int kFarthest = 50;
  const int year = this_year - this_year % 100 + two_digits;
  return year > this_year + kFarthest ? year - 100 : year;
}

// "06 Nov 1994 08:49:37 GMT" or "06-Nov-94 08:49:37 GMT", behind the comma.
bool take_after_comma(Scanner& scanner, Parts& parts, std::int64_t now_unix_ms) {
  const auto day = scanner.take_digits(2);
  const bool is_old = day && scanner.take('-');
  if (!day || (!is_old && !scanner.take(' '))) {
    return false;
  }
  parts.day = *day;
  parts.month = month_named(scanner.take_letters());
  if (!scanner.take(is_old ? '-' : ' ')) {
    return false;
  }
  const auto year = scanner.take_digits(is_old ? 2 : 4);
  if (!year || !scanner.take(' ')) {
    return false;
  }
  parts.year = is_old ? full_year(*year, now_unix_ms) : *year;
  return take_clock(scanner, parts, true) && scanner.take_words(" gmt");
}

// "Nov  6 08:49:37 1994", behind the name of the day.
bool take_asctime(Scanner& scanner, Parts& parts) {
  if (!scanner.take(' ')) {
    return false;
  }
  parts.month = month_named(scanner.take_letters());
  const bool has_blank = scanner.take(' ');
  const auto day = scanner.take(' ') ? scanner.take_digits(1) : scanner.take_digits(2);
  if (!has_blank || !day || !scanner.take(' ') || !take_clock(scanner, parts, true) ||
      !scanner.take(' ')) {
    return false;
  }
  const auto year = scanner.take_digits(4);
  parts.day = *day;
  parts.year = year.value_or(0);
  return year.has_value();
}

}  // namespace

std::optional<std::int64_t> take_timestamp(Scanner& scanner, Zone zone) {
  const std::size_t start = scanner.position();
  Parts parts;
  bool is_whole = take_date(scanner, parts) &&
                  (scanner.take_words(" at ") || scanner.take_words("t") || scanner.take(' ')) &&
                  take_clock(scanner, parts, false);
  if (is_whole && scanner.peek() == '.' && is_digit(scanner.peek(1))) {
    // The point belongs to a number: seconds and what follows them.
    Scanner fraction = scanner;
    fraction.rewind(scanner.position() - 1);
    parts.billionths = fraction.take_decimal().value_or(Decimal{}).billionths;
    scanner = fraction;
  }
  const Zone written = is_whole ? take_offset(scanner) : std::nullopt;
  const Zone meant = written ? written : zone;
  const auto time = is_whole && meant ? unix_ms(parts, *meant) : std::nullopt;
  if (!time) {
    scanner.rewind(start);
  }
  return time;
}

std::optional<std::int64_t> parse_timestamp(std::string_view text, Zone zone) {
  Scanner scanner(trimmed(text));
  const auto time = take_timestamp(scanner, zone);
  return scanner.at_end() ? time : std::nullopt;
}

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_unix_ms) {
  Scanner scanner(trimmed(text));
  if (!is_day_name(scanner.take_letters())) {
    return std::nullopt;
  }
  Parts parts;
  const bool is_read = scanner.take_words(", ") ? take_after_comma(scanner, parts, now_unix_ms)
                                                : take_asctime(scanner, parts);
  return is_read && scanner.at_end() ? unix_ms(parts, std::chrono::minutes(0)) : std::nullopt;
}

std::optional<std::int64_t> parse_unix_time(std::string_view text) {
  Scanner scanner(trimmed(text));
  const auto number = scanner.take_decimal();
  constexpr std::uint64_t kFirst = 1'000'000'000;
  constexpr std::uint64_t kFirstInMs = 100'000'000'000;
  constexpr std::uint64_t kEndInMs = 100'000'000'000'000;
  if (!number || !scanner.at_end() || number->whole < kFirst || number->whole >= kEndInMs) {
    return std::nullopt;
  }
  const auto whole = static_cast<std::int64_t>(number->whole);
  if (number->whole >= kFirstInMs) {
    return whole;
  }
  constexpr std::uint32_t kPerMs = 1'000'000;
  return whole * 1000 + (number->billionths + kPerMs - 1) / kPerMs;
}

}  // namespace abv::account
