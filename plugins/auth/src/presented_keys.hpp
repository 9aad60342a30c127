#pragma once

#include <string>
#include <vector>

#include "abv/sdk/call.hpp"

namespace auth {

// Every key that a request presents, in all the places where clients put one: Authorization (with
// or without "Bearer"), X-Api-Key, X-Goog-Api-Key, and ?key=. Empty ones are left out.
std::vector<std::string> presented_keys(const abv::sdk::Call& call);

}  // namespace auth
