#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "prompt.hpp"

namespace echo {

// What a user's text asks echo to do.
struct Say {
  std::string text;
};
struct CallTool {
  std::string name;
  std::string arguments_json;
};
struct FailWith {
  int http_status;
  std::string message;
};
struct CutAfter {
  std::int64_t pieces;
};
using Script = std::variant<Say, CallTool, FailWith, CutAfter>;

// Reads "call:NAME {json}", "fail:STATUS[ message]" and "cut:N"; everything else, and a directive
// that is not well-formed, is text to be said. Throws abv::sdk::Failure when the arguments of a
// call are no JSON object.
Script read_script(const Prompt& prompt);

// The text in pieces that end after white space, as a model's tokens would come. Joined, they are
// the text again.
std::vector<std::string_view> split_pieces(std::string_view text);

}  // namespace echo
