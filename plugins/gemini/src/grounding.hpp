#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"
#include "choice_sink.hpp"

namespace abv::gemini {

// Gives CITATION events for groundingMetadata and citationMetadata: one for each source that a
// piece of text rests on, and one for each source that no text names. A stream repeats what it has
// told; each is given once.
class GroundingReader {
 public:
  // `index` is the part that the citations belong to.
  void read(const sdk::json::Value& candidate, std::uint32_t index, ChoiceSink& sink);

 private:
  void read_supports(const sdk::json::Value& grounding, std::uint32_t index, ChoiceSink& sink);
  void give(const sdk::json::Value& source, const std::string& cited, const sdk::json::Value& raw,
            std::uint32_t index, ChoiceSink& sink);

  std::set<std::string> given_;
};

// A citation to be written.
struct Cited {
  std::string url, title, text;
};

// groundingMetadata of citations.
void write_grounding(const std::vector<Cited>& citations, sdk::json::Writer& out);

}  // namespace abv::gemini
