#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/json_tree.hpp"
#include "tests/cases/vendor.hpp"

namespace abv::cases {

// The body in which the vendor itself answers with an error of that status.
Json error_body(const Vendor& vendor, int status, const std::string& message);

// The frame in which the vendor ends a stream with an error, as bytes.
std::string error_frame(const Vendor& vendor, const std::string& message);

// What is wrong with `body` as an error of that status to a client of the vendor: its form, the
// type that belongs to the status, or that it does not hold `words`.
std::vector<std::string> faults_of_error(const Vendor& vendor, int status, const Json& body,
                                         const std::string& words);

// The errors among the frames of a client's stream, in the form that its vendor has for them.
std::vector<Json> errors_in_stream(const Vendor& vendor, std::string_view bytes);

// Whether the stream says that it is well and over.
bool has_good_end(const Vendor& vendor, std::string_view bytes);

}  // namespace abv::cases
