#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace abv::config {

// How many letters to add, drop, change or swap with their neighbour to turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `text` is most likely a slip of; empty when none is near. Case does not count.
std::string nearest(std::string_view text, const std::vector<std::string>& candidates);

// `; did you mean "providers"?`, or nothing.
std::string did_you_mean(std::string_view text, const std::vector<std::string>& candidates);

}  // namespace abv::config
