#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "host/app/configuration.hpp"
#include "host/base/clock.hpp"

namespace abv::app {

// `abv-host accounts …`: lists, adds, imports, checks and removes accounts, without a running
// daemon; one that runs sees the changes by itself. `words` is what follows "accounts". The result
// is the exit code: 0, 1 when a file is broken or the change failed, 64 for a wrong command line.
int run_accounts_command(const Configuration& configuration, const std::vector<std::string>& words,
                         const Clock& clock, std::istream& in, std::ostream& out,
                         std::ostream& err);

}  // namespace abv::app
