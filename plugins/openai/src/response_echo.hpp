#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/json.hpp"

namespace abv::openai {

// JSON text without line breaks, which may stand between its values but not in an event's data.
std::string on_one_line(std::string_view json);

// The fields of a request that the API repeats in its response object. Those that the object must
// have are written with the API's default where the request says nothing. Long ones are left at
// their default as well: nobody reads their own tools back, and a response repeats them three
// times.
class RequestEcho {
 public:
  static constexpr std::size_t kLongest = 4096;

  explicit RequestEcho(const sdk::json::Value& request);

  // Writes the members into the object that is open.
  void write(sdk::json::Writer& out) const;

 private:
  std::vector<std::pair<const char*, std::string>> fields_;  // name, JSON text
};

}  // namespace abv::openai
