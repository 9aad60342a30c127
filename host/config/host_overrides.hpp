#pragma once

#include <vector>

#include "host/config/overrides.hpp"

namespace abv::config {

// The environment variables that the host reads, with the setting that each one sets.
std::vector<Override> host_overrides();

}  // namespace abv::config
