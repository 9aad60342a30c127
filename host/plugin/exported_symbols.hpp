#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace abv::plugin {

// The names that an ELF library offers to the dynamic linker, read from its bytes. kInvalid when it
// is no 64-bit ELF library of this machine's byte order, or when its tables lead outside the file.
//
// Rationale: boost::dll::library_info (seen in Boost 1.74) reads .symtab, which a stripped library
// does not have, and does not check the offsets that it finds. The dynamic linker goes by .dynsym,
// and so does this.
Result<std::vector<std::string>> exported_symbols(std::string_view elf);

}  // namespace abv::plugin
