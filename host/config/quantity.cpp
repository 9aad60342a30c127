#include "host/config/quantity.hpp"

#include <charconv>
#include <limits>
#include <string>

#include "host/base/json_text.hpp"

namespace abv::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1000 * kMillisecond;

constexpr Unit kDurationUnits[] = {
    {"ms", kMillisecond},  {"s", kSecond},          {"m", 60 * kSecond},
    {"h", 3600 * kSecond}, {"d", 86'400 * kSecond},
};

constexpr std::uint64_t kKilo = 1000;
constexpr std::uint64_t kKibi = 1024;

constexpr Unit kSizeUnits[] = {
    {"", 1},
    {"B", 1},
    {"KB", kKilo},
    {"MB", kKilo* kKilo},
    {"GB", kKilo* kKilo* kKilo},
    {"TB", kKilo* kKilo* kKilo* kKilo},
    {"KiB", kKibi},
    {"MiB", kKibi* kKibi},
    {"GiB", kKibi* kKibi* kKibi},
    {"TiB", kKibi* kKibi* kKibi* kKibi},
};

Error expected(const std::string& rule, std::string_view text) {
  return Error{Error::Code::kInvalid, "expected " + rule + ", got " + json_string(text)};
}

// The number before the unit times the factor of the unit, at most `most`.
template <std::size_t count>
Result<std::uint64_t> parse_quantity(std::string_view text, const Unit (&units)[count],
                                     const char* form, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ptr == text.data()) {
    return expected(form, text);
  }
  const std::string_view name(read.ptr,
                              text.size() - static_cast<std::size_t>(read.ptr - text.data()));
  for (const Unit& unit : units) {
    if (unit.name != name) {
      continue;
    }
    if (read.ec != std::errc() || number > most / unit.factor) {
      return Error{Error::Code::kInvalid, json_string(text) + " is too large"};
    }
    return number * unit.factor;
  }
  return expected(form, text);
}

}  // namespace

const char kDurationForm[] =
    "a duration with its unit, such as \"250ms\", \"5s\", \"15m\", \"1h\", \"2d\" or \"none\"";
const char kSizeForm[] =
    "a size, such as \"100MiB\", \"64KiB\", \"1GB\" or a whole number of bytes";

Result<std::optional<std::chrono::nanoseconds>> parse_duration(std::string_view text) {
  if (text == "none") {
    return std::optional<std::chrono::nanoseconds>();
  }
  constexpr auto kMost = std::numeric_limits<std::chrono::nanoseconds::rep>::max();
  const auto nanos = parse_quantity(text, kDurationUnits, kDurationForm, kMost);
  if (!nanos) {
    return nanos.error();
  }
  using Rep = std::chrono::nanoseconds::rep;
  return std::optional(std::chrono::nanoseconds(static_cast<Rep>(*nanos)));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  return parse_quantity(text, kSizeUnits, kSizeForm, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace abv::config
