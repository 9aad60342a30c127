#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/config/environment.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// What a YAML file may grow to. Aliases count each time they are used, so that a small file cannot
// unfold into a large one.
struct YamlLimits {
  std::size_t file_bytes = 1'048'576;
  std::size_t text_bytes = 8'388'608;  // of all keys and scalars together
  std::size_t nodes = 50'000;
  std::size_t depth = 64;
};

// Reads one YAML document and expands ${…} inside its string scalars (see expand.hpp).
//
// Scalars are typed as scalar.hpp says; quoted ones are strings. Expansion happens after parsing,
// so the text of a variable can never add structure. A plain scalar that is one ${…} is typed like
// a plain scalar, but never becomes null. Anchors, aliases and merge keys work. An empty document
// is an empty object.
//
// `file_name` is what messages call the file. The error names every fault that can be told apart,
// one a line, each with its place.
Result<Value> load_yaml(std::string_view text, const std::string& file_name,
                        const Environment& environment, const YamlLimits& limits = {});

// Reads the file and loads it.
Result<Value> load_yaml_file(const std::string& path, const Environment& environment,
                             const YamlLimits& limits = {});

}  // namespace abv::config
