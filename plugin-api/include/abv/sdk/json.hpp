// JSON for plugins: reader and writer, without dependencies.
#pragma once

#include "abv/sdk/json_reader.hpp"  // IWYU pragma: export
#include "abv/sdk/json_writer.hpp"  // IWYU pragma: export
