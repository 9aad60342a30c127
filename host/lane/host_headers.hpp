#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/record/call_record.hpp"

// The values of headers that the host adds to answers.
namespace abv::lane {

// Server-Timing: where the time of a call went until its head was sent. `timings` may have nothing
// of its plugins and its writing yet.
std::string server_timing(const record::Timings& timings,
                          const std::vector<std::pair<std::string, Nanos>>& plugins, Nanos write);

// X-Abv-Loss: the losses as a JSON array; those that a header has no room for are counted in its
// last element.
std::string loss_list(const std::vector<record::Loss>& losses);

}  // namespace abv::lane
