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

// How chats of a route go to a target: "raw lane", "event lane, to claude-messages chat".
std::string lane_name(const lane::Route& route, const lane::Target& target);

}  // namespace abv::app
