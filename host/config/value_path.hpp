#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace abv::config {

// One step of a dotted path.
struct PathStep {
  enum class Kind {
    kKey,     // `key`: the member with that name
    kIndex,   // `[2]`: the item at that index
    kSelect,  // `[plugin=abv.auth]`: the item or items whose member `key` has the text `want`
  };

  Kind kind = Kind::kKey;
  std::string key;
  std::size_t index = 0;
  std::string want;
};

// Reads `a.b[2].c`, `a["x.y"]` and `a[key=text].c`.
Result<std::vector<PathStep>> parse_path(std::string_view path);

// Appends a member's name: `.name`, or `["na.me"]` when the name is not plain.
std::string path_with_key(const std::string& path, std::string_view key);
std::string path_with_index(const std::string& path, std::size_t index);

}  // namespace abv::config
