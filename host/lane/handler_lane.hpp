#pragma once

#include "host/lane/reply.hpp"
#include "host/plugin/handler.hpp"

namespace abv::lane {

// Has a handler answer the call. The answer, or an error, has been sent when it returns.
void run_handler_lane(Call& call, Reply& reply, const plugin::Handler& handler);

}  // namespace abv::lane
