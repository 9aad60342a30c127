#pragma once

#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"
#include "tests/plugins/request_probe.hpp"

namespace abv::tests {

// The value that a JSON pointer names, with its members sorted; "nothing" where there is none.
inline std::string json_at(std::string_view text, std::string_view pointer) {
  const auto document = sdk::json::parse(text);
  sdk::json::Value value = document.value_or(sdk::json::Value());
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto end = pointer.find('/');
    const std::string step(pointer.substr(0, end));
    value = value.is_array() ? value[std::stoul(step)] : value[step];
    pointer.remove_prefix(step.size());
  }
  return value.exists() ? sorted_json(value.raw()) : "nothing";
}

}  // namespace abv::tests
