#pragma once

#include "host/lane/event_call.hpp"
#include "host/lane/reply.hpp"

namespace abv::lane {

// Converts the client's request to the upstream's dialect and the answer back by way of events. The
// answer, or an error in the client's dialect, has been sent when it returns; but for false, see
// send_upstream.
bool run_event_lane(Call& call, Reply& reply, const EventCall& event_call);

}  // namespace abv::lane
