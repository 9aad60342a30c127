#pragma once

#include <string>

#include "host/app/configuration.hpp"
#include "host/app/generation.hpp"

// What the sub-commands print. All end in a newline.
namespace abv::app {

// `abv-host plugins`: what is in the plugin directories, without loading anything.
std::string plugins_report(const Configuration& configuration);

// `abv-host routes`: every endpoint, and where its models go by which lane.
std::string routes_report(const Generation& generation);

}  // namespace abv::app
