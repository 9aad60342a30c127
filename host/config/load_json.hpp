#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/config/value.hpp"

namespace abv::config {

// Reads JSON into a Value, for schemas and other control-plane text. Repeated keys are an error.
// `name` is what messages and places call the text; the nodes have no line.
Result<Value> load_json(std::string_view text, const std::string& name);

}  // namespace abv::config
