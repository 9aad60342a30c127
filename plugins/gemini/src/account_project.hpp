#pragma once

#include <string>

#include "abv/sdk/json.hpp"
#include "abv/sdk/provider.hpp"

namespace abv::gemini {

// The Google Cloud project that the attempt's account names; empty for none.
inline std::string project_of(const sdk::Attempt& attempt) {
  const auto account = attempt.account();
  sdk::json::Document attributes;
  if (!account || !attributes.parse(account->attributes_json())) return {};
  return attributes.root()["project_id"].as_string();
}

}  // namespace abv::gemini
