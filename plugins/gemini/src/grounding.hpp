#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
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
  std::uint32_t index = 0;  // of the part that rests on it
};

// The visible text of a candidate, and where each part of it stands.
class SaidText {
 public:
  struct Range {
    std::size_t begin = 0, end = 0;  // bytes, as the API counts
  };

  void add(std::uint32_t index, std::string_view piece);

  // What rests on a citation: its words where the part holds them, else all of the part. Empty for
  // a part without text.
  Range segment_of(const Cited& citation) const;
  std::string_view in(const Range& range) const {
    return std::string_view(text_).substr(range.begin, range.end - range.begin);
  }

 private:
  std::string text_;
  std::map<std::uint32_t, Range> parts_;
};

// groundingMetadata of citations.
void write_grounding(const std::vector<Cited>& citations, const SaidText& said,
                     sdk::json::Writer& out);

}  // namespace abv::gemini
