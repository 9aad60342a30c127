#pragma once

#include <cstddef>
#include <string_view>

#include "abv/sdk/chat.hpp"
#include "host/plugin/sinks.hpp"

// Repairs of the history in a canonical chat request, for upstreams that refuse what is not whole.
// Each reports what it changed, and returns how many places that were. None makes up a turn.
namespace abv::lane {

// A call without a result gets one that says so, in the user's turn that follows; a result without
// a call is dropped. Calls of the last turn are left alone: their results are still to come.
std::size_t recover_tool_loop(sdk::chat::Request& request, plugin::LossSink& losses);

// Drops signatures of `family` that another model than `model` made, for upstreams that hold a
// signature to its model. Those whose model is not known are left alone.
std::size_t drop_other_models(sdk::chat::Request& request, std::string_view family,
                              std::string_view model, plugin::LossSink& losses);

}  // namespace abv::lane
