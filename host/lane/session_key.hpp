#pragma once

#include <string>

#include "host/lane/call.hpp"
#include "host/plugin/abilities.hpp"

namespace abv::lane {

// What tells the conversation of a request from others: what its client says in a header or in the
// body, else a digest of what a conversation keeps from its start. Always with the client's own
// name, so that two clients never share a session. Empty when nothing tells.
std::string session_key(Call& call, const plugin::SessionSigns& signs);

}  // namespace abv::lane
