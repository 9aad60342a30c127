#pragma once

#include <string>
#include <vector>

#include "tests/cases/conversation.hpp"
#include "tests/plugins/dialect_probe.hpp"

namespace abv::cases {

// The way of events through the host: its guard puts in what may be left out and refuses what is
// out of order, and signatures of another family are wrapped.
struct HostedEvents {
  std::vector<tests::Recorded> events;
  std::string fault;  // of the guard; or that the answer is not complete
};

HostedEvents host_events(const std::vector<tests::Recorded>& decoded, const Pair& pair,
                         const std::string& upstream_model);

}  // namespace abv::cases
