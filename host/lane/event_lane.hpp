#pragma once

#include "host/lane/event_call.hpp"
#include "host/lane/reply.hpp"

namespace abv::lane {

// Converts the client's request to the upstream's dialect and the answer back by way of events. The
// answer, or an error in the client's dialect, has been sent when it returns; but for false, see
// send_upstream.
bool run_event_lane(Call& call, Reply& reply, const EventCall& event_call);

// The second half of it, for an answer in the client's own dialect that came already, but in a form
// that the client has not asked for.
void take_as_events(Call& call, Reply& reply, const EventCall& event_call, Arrival& arrival);

}  // namespace abv::lane
