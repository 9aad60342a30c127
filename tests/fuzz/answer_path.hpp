#pragma once

#include <string_view>

#include "tests/cases/vendor.hpp"

namespace abv::fuzz {

// The way of an answer through the host: decoded, in whole and in the pieces that the input marks,
// held to the grammar of events, and written for every kind of client, whole and streamed. Behind
// kClientRequest stands the request of the client.
void check_answer(const cases::Vendor& upstream, std::string_view input);

}  // namespace abv::fuzz
