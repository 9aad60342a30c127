#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace abv::bench {

// One option of a program. An empty `value` makes it a flag.
struct Option {
  std::string_view name;   // with its dashes
  std::string_view value;  // what stands for the value in the help
  std::string_view help;
};

// The command line of a program, checked against the options that it has.
//
// Views point into argv and into string literals, which live as long as the program.
class Arguments {
 public:
  // Prints the help and exits with 0 on --help; dies on an option that is not in `options`.
  Arguments(int argc, char** argv, std::string_view intro, std::vector<Option> options);

  bool has(std::string_view name) const { return find(name).has_value(); }
  std::string_view text(std::string_view name, std::string_view fallback) const;

  // Dies when the value is not a whole number in [low, high].
  std::uint64_t number(std::string_view name, std::uint64_t fallback, std::uint64_t low,
                       std::uint64_t high) const;

  // Dies when the value is not a decimal number of seconds in [0, 3600].
  double seconds(std::string_view name, double fallback) const;

 private:
  std::optional<std::string_view> find(std::string_view name) const;

  std::vector<std::pair<std::string_view, std::string_view>> given_;
};

// The whole of `text` as a decimal number; nothing when it is anything else.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace abv::bench
