#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace abv::tests {

// What a stream of the Responses API does against the rules that its clients rely on: frames are
// named as their events and numbered from 0; the response is created, in progress and ended, once
// each; items come one after the other with every output_index used; parts and deltas stand inside
// their item; what was said in deltas is what the ends repeat; the last event has all items that
// were done. Empty for a stream that keeps them.
std::vector<std::string> response_faults(std::string_view stream);

// The types of its events, those of runs of deltas once.
std::vector<std::string> response_event_types(std::string_view stream);

// The data of its last event.
std::string last_response_event(std::string_view stream);

}  // namespace abv::tests
