#pragma once

#include <string>
#include <string_view>

#include "host/config/value.hpp"

namespace abv::config {

// The value as YAML, each scalar with its origin behind it: `# config/abv.yaml:12`,
// `# environment ABV_PORT`, `# default`. Secrets are ***, and so are passwords inside of URLs; the
// rest reads back as the same values. Validate first: the schema tells what is secret.
std::string show(const Value& value);

// A short form of any value for messages: a scalar as JSON, cut when it is long; `a list of 2`;
// `***` for a secret.
std::string brief(const Value& value);

// Replaces the user and password of a URL with ***.
std::string without_password(std::string_view text);

}  // namespace abv::config
