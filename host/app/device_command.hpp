#pragma once

#include <string>
#include <vector>

#include "host/account/account_files.hpp"
#include "host/base/clock.hpp"

namespace abv::app {

// `abv-host accounts device ID …`: shows, binds, restores and forgets the device of an account's
// file. `words` is what follows "device". The result is what is printed.
Result<std::string> run_device_command(account::AccountFiles& files,
                                       const std::vector<std::string>& words, const Clock& clock);

}  // namespace abv::app
