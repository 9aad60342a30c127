#pragma once

#include <string>

#include "tests/host/app/host_fixture.hpp"

namespace abv::test {

// What came of the calls of many clients.
struct CrowdResult {
  int good = 0;
  int mixed_up = 0;  // answers to something that somebody else asked
  int failed = 0;
  std::string first_failure;
};

// `clients` threads make `calls` calls each, every client on its own connection: whole and
// streamed, in all dialects, of echo and of the upstream, each with a text of its own, which is to
// come back.
CrowdResult let_crowd_call(const Host& host, int clients, int calls);

}  // namespace abv::test
