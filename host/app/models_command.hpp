#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "host/app/generation.hpp"

namespace abv::app {

// `abv-host models …`: says what becomes of a model's name. `words` is what follows "models". The
// result is the exit code: 0, 1 when nobody serves the model, 64 for a wrong command line.
int run_models_command(const Generation& generation, const std::vector<std::string>& words,
                       std::ostream& out, std::ostream& err);

}  // namespace abv::app
