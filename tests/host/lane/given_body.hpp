#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "host/lane/body.hpp"
#include "host/lane/request_facts.hpp"

namespace abv::test {

// A complete body. Its memory ends with the padding, so that a sanitizer sees who reads further.
inline lane::Body sealed(std::string_view text) {
  lane::Body body;
  body.reserve(text.size());
  std::copy(text.begin(), text.end(), body.free_space().begin());
  body.commit(text.size());
  body.seal();
  return body;
}

inline std::string joined(const std::vector<std::string_view>& pieces) {
  std::string text;
  for (const std::string_view piece : pieces) {
    text += piece;
  }
  return text;
}

// The body as a rename leaves it: `replacement` at all places where the model stands.
inline std::string renamed(std::string_view body, const lane::RequestFacts& facts,
                           const std::string& replacement) {
  std::vector<lane::Splice> splices;
  for (const lane::Range& range : facts.model_ranges) {
    splices.push_back(lane::Splice{range, replacement});
  }
  std::vector<std::string_view> pieces;
  return splice_pieces(body, splices, pieces) ? joined(pieces) : "(refused)";
}

}  // namespace abv::test
