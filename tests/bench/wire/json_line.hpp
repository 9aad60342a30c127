#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace abv::bench {

// Writes one JSON object on one line. Names and texts must need no escaping.
class JsonLine {
 public:
  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& number(std::string_view name, std::uint64_t value);
  JsonLine& decimal(std::string_view name, double value);  // one digit after the point
  JsonLine& raw(std::string_view name, std::string_view json);

  std::string str() const { return body_ + '}'; }

 private:
  void key(std::string_view name);

  std::string body_ = "{";
};

}  // namespace abv::bench
