#pragma once

#include <string_view>

#include "host/lane/reply.hpp"
#include "host/lane/site.hpp"

namespace abv::lane {

// Answers a count of tokens for an upstream that has no such operation: an estimate, calibrated by
// the true numbers that earlier answers of the model told. The loss report says that it is one.
void run_count_lane(Call& call, Reply& reply, const Site& site, const plugin::Dialect& client,
                    std::string_view model);

}  // namespace abv::lane
