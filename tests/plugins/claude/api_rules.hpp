#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace abv::tests {

// The rules of the Messages API that a request's `messages` breaks, as the API would name them:
// "messages.2: roles must alternate". Empty for one that it accepts.
std::vector<std::string> broken_rules(std::string_view body);

// The messages of a canonical request, of random roles and parts in random order: calls without
// results, results without calls, ids that stand twice, empty texts, system prompts anywhere. The
// same seed gives the same.
std::string random_messages(std::uint32_t seed);

}  // namespace abv::tests
