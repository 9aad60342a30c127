#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/lane/body.hpp"

namespace abv::lane {

// What the raw lane needs to know of a body, and where it stands.
struct RequestFacts {
  std::string model;                // decoded; empty when there is none
  std::vector<Range> model_ranges;  // what a rename replaces: all places, with the quotes in JSON
  bool is_stream = false;
};

// Finds the top-level fields `model` and `stream` of a JSON object.
//
// A field that is written more than once counts with its last value, as most parsers take it, and a
// rename replaces every one of them, so that no reader can see another model than the one that was
// checked. `body` must have been sealed. kInvalid with a message for people when it is no JSON
// object.
Result<RequestFacts> json_facts(const Body& body);

// The same for the form fields of a multipart/form-data body. The ranges hold the value only.
Result<RequestFacts> multipart_facts(std::string_view body, std::string_view content_type);

}  // namespace abv::lane
