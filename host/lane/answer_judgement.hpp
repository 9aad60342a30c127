#pragma once

#include <cstdint>
#include <string>

#include "host/account/attempts.hpp"
#include "host/lane/site.hpp"
#include "host/lane/upstream_call.hpp"

namespace abv::lane {

// What an answer means for its account and for the call: by the table of the target's provider,
// and by the provider itself where it knows better. `arrival` is null when no answer came.
// `reason` takes a line for the log.
account::Answered judge_answer(const Target& target, const plugin::Attempt& attempt,
                               const Arrival* arrival, std::int64_t now_unix_ms,
                               std::string& reason);

}  // namespace abv::lane
