#pragma once

#include "host/lane/reply.hpp"
#include "host/plugin/dialect.hpp"

namespace abv::lane {

// Answers a call of an endpoint that is about kept answers, out of the client's dialect alone.
// False when the answer is not one of this host's and `has_upstream`, so that it may be one of the
// upstream's; nothing has been sent then. True otherwise: the answer, or an error, has been sent.
bool run_stored_lane(Call& call, Reply& reply, const plugin::Dialect& client, bool has_upstream);

}  // namespace abv::lane
