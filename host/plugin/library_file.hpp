#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

// What can be said of a library without running any of it.
namespace abv::plugin {

// Reads the library through a descriptor that is opened once, after these checks: it is a regular
// file and no symbolic link; it and its directory belong to root or to this user and are not
// writable by others. Errors name the file and the rule.
Result<std::string> read_library_file(const std::filesystem::path& file);

// Does it export the entry symbol of this major, and nothing else?
Result<void> check_exports(std::string_view bytes, const std::filesystem::path& file);

// Writes a new file with mode 0500; kIo when there is one already.
Result<void> write_copy(std::string_view bytes, const std::filesystem::path& copy);

}  // namespace abv::plugin
