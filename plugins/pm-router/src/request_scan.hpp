#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pm_router {

// What a request asks of a model, as far as its form tells.
struct RequestFacts {
  std::size_t tokens = 0;       // roughly: a quarter of the bytes of text, binary data left out
  std::size_t turns = 0;        // messages of the history, whoever they are from
  std::size_t tools = 0;        // that are offered
  std::size_t images = 0;       // in all of the history
  bool has_code = false;        // a fenced block in what the user asks now
  bool wants_thinking = false;  // high effort, or a thinking budget
  std::string question;         // what the user asks now, JSON escapes kept
};

// Reads a request of OpenAI's, Anthropic's or Gemini's chat interfaces in one pass, which costs a
// fraction of parsing it. The text needs to be valid JSON only to be read right: whatever it is,
// nothing is read outside of it.
RequestFacts scan_request(std::string_view body);

}  // namespace pm_router
