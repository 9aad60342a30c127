#pragma once

#include <vector>

#include "host/base/result.hpp"
#include "host/plugin/middleware.hpp"

namespace abv::app {

// The YAML's order stands; where it breaks what a middleware says of itself, kInvalid names both
// and the reason.
Result<void> check_order(const std::vector<plugin::Middleware>& middlewares);

}  // namespace abv::app
