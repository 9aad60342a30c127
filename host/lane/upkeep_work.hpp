#pragma once

#include "host/account/upkeep.hpp"
#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/lane/site.hpp"
#include "host/net/abort_handle.hpp"

namespace abv::lane {

// Does the most urgent chore of the site's accounts, if one is due; false when none is. Blocks
// while an upstream is asked. `abort` ends the asking, but not a refresh: its issuer may have taken
// the old token for used up already.
bool do_chore(const Site& site, account::Upkeep& upkeep, const Clock& clock, Log& log,
              net::AbortHandle& abort);

}  // namespace abv::lane
