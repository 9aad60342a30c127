#pragma once

#include <string_view>

#include "host/lane/call.hpp"
#include "host/lane/reply.hpp"
#include "host/lane/site.hpp"
#include "host/lane/traffic.hpp"

namespace abv::lane {

// POST /internal/warmup: {"account":…,"model":…}, where "email" may stand for "account", and
// "provider" says which when several have one. Answers {"success":bool,"message":…}. Whoever does
// not have the secret is refused before the body is read. Middlewares have no part in it.
void run_warm_up_call(Call& call, Reply& reply, const Site& site, Traffic::Entry& entry,
                      const ClientRequest& request);

}  // namespace abv::lane
