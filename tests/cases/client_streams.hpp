#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/json_tree.hpp"
#include "tests/cases/shapes.hpp"
#include "tests/cases/vendor.hpp"

namespace abv::cases {

// One event of a stream.
struct Frame {
  std::string event;  // of its `event:` line
  std::string data;
};

// Strict: `event:` and `data:` lines, a blank line behind each frame, nothing after the last.
std::vector<Frame> frames_in(std::string_view bytes, std::vector<std::string>& faults);

// What a client makes of a stream: the whole answer, put together as the vendor's SDK does it, and
// what is against the grammar of the vendor's streams.
struct Assembled {
  Json whole;
  std::vector<std::string> faults;
};

Assembled assemble_chat(const std::vector<Frame>& frames, const Shapes& shapes, bool wants_usage);
Assembled assemble_completions(const std::vector<Frame>& frames, const Shapes& shapes,
                               bool wants_usage);
Assembled assemble_responses(const std::vector<Frame>& frames, const Shapes& shapes);
Assembled assemble_claude(const std::vector<Frame>& frames, const Shapes& shapes);
Assembled assemble_gemini(const std::vector<Frame>& frames, const Shapes& shapes);

// `request` is the client's, which may ask for usage.
Assembled assemble(const Vendor& vendor, std::string_view bytes, const Shapes& shapes,
                   const Json& request);

}  // namespace abv::cases
