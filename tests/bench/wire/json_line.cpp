#include "tests/bench/wire/json_line.hpp"

#include <array>
#include <cstdio>

namespace abv::bench {

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
  key(name);
  body_ += '"';
  body_ += value;
  body_ += '"';
  return *this;
}

JsonLine& JsonLine::number(std::string_view name, std::uint64_t value) {
  return raw(name, std::to_string(value));
}

JsonLine& JsonLine::decimal(std::string_view name, double value) {
  std::array<char, 40> digits{};
  std::snprintf(digits.data(), digits.size(), "%.1f", value);
  return raw(name, digits.data());
}

JsonLine& JsonLine::raw(std::string_view name, std::string_view json) {
  key(name);
  body_ += json;
  return *this;
}

void JsonLine::key(std::string_view name) {
  if (body_.size() > 1) body_ += ',';
  body_ += '"';
  body_ += name;
  body_ += "\":";
}

}  // namespace abv::bench
