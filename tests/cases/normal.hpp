#pragma once

#include "tests/cases/json_tree.hpp"
#include "tests/cases/vendor.hpp"

namespace abv::cases {

// Documents in one of the forms that their vendor documents as meaning the same, so that
// conversions may choose: a string for one text block, a default for what is not said, a null for
// what is not there. Ids and times that vendors make up are taken out; JSON in strings is read.
Json normal_request(const Vendor& vendor, Json request);
Json normal_reply(const Vendor& vendor, Json reply);

}  // namespace abv::cases
