#include "tests/bench/wire/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/bench/wire/program.hpp"

namespace abv::bench {
namespace {

constexpr double kLongestSeconds = 3600;

void print_help(std::string_view intro, const std::vector<Option>& options) {
  std::string text(intro);
  text += "\n\nOptions:\n";
  for (const Option& option : options) {
    std::string left = "  ";
    left += option.name;
    if (!option.value.empty()) left += " ";
    left += option.value;
    left.resize(std::max<std::size_t>(left.size() + 2, 28), ' ');
    text += left;
    text += option.help;
    text += '\n';
  }
  text += "  --help                    print this\n";
  std::fputs(text.c_str(), stdout);
}

[[noreturn]] void die_value(std::string_view name, std::string_view rule, std::string_view value) {
  std::string text(name);
  text += ": expected ";
  text += rule;
  text += ", got \"";
  text += value;
  text += '"';
  die(text);
}

}  // namespace

Arguments::Arguments(int argc, char** argv, std::string_view intro, std::vector<Option> options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help" || name == "-h") {
      print_help(intro, options);
      std::fflush(stdout);
      std::_Exit(0);
    }
    const auto option = std::find_if(options.begin(), options.end(),
                                     [name](const Option& each) { return each.name == name; });
    if (option == options.end()) die("unknown option " + std::string(name) + ", see --help");
    if (option->value.empty()) {
      given_.emplace_back(option->name, "");
      continue;
    }
    if (i + 1 == argc) die_value(name, option->value, "");
    given_.emplace_back(option->name, argv[++i]);
  }
}

std::string_view Arguments::text(std::string_view name, std::string_view fallback) const {
  return find(name).value_or(fallback);
}

std::uint64_t Arguments::number(std::string_view name, std::uint64_t fallback, std::uint64_t low,
                                std::uint64_t high) const {
  const auto given = find(name);
  if (!given) return fallback;
  const auto value = parse_number(*given);
  if (!value || *value < low || *value > high) {
    die_value(name, "a number from " + std::to_string(low) + " to " + std::to_string(high), *given);
  }
  return *value;
}

double Arguments::seconds(std::string_view name, double fallback) const {
  const auto given = find(name);
  if (!given) return fallback;
  double value = 0;
  const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
  const bool is_whole = error == std::errc() && end == given->data() + given->size();
  if (!is_whole || !(value >= 0 && value <= kLongestSeconds)) {
    die_value(name, "seconds from 0 to 3600", *given);
  }
  return value;
}

std::optional<std::string_view> Arguments::find(std::string_view name) const {
  for (const auto& [key, value] : given_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace abv::bench
