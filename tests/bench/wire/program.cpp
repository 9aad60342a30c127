#include "tests/bench/wire/program.hpp"

#include <errno.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

namespace abv::bench {

void die(std::string_view message) {
  const std::string text(message);
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, text.c_str());
  // Not exit(): another thread may be at work on what the destructors would take away.
  std::_Exit(2);
}

void die_errno(std::string_view what) {
  const int error = errno;
  std::string text(what);
  text += ": ";
  text += std::generic_category().message(error);
  die(text);
}

}  // namespace abv::bench
