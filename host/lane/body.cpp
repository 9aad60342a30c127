#include "host/lane/body.hpp"

#include <algorithm>
#include <cstring>

namespace abv::lane {

void Body::reserve(std::size_t capacity) {
  if (capacity <= capacity_ && bytes_) {
    return;
  }
  // new char[] leaves the memory as it is: bodies are large, and every byte will be written anyway.
  std::unique_ptr<char[]> grown(new char[capacity + kPadding]);
  if (size_ > 0) {
    std::memcpy(grown.get(), bytes_.get(), size_);
  }
  bytes_ = std::move(grown);
  capacity_ = capacity;
}

void Body::seal() {
  reserve(size_);
  std::memset(bytes_.get() + size_, 0, kPadding);
}

bool splice_pieces(std::string_view body, std::vector<Splice>& splices,
                   std::vector<std::string_view>& pieces) {
  // What is inserted at the start of a replaced range comes first; stable, so that insertions at
  // one place keep their order.
  std::stable_sort(splices.begin(), splices.end(), [](const Splice& a, const Splice& b) {
    return a.range.offset != b.range.offset ? a.range.offset < b.range.offset
                                            : a.range.length == 0 && b.range.length != 0;
  });
  pieces.clear();
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    const Range range = splice.range;
    if (range.offset < at || range.offset > body.size() ||
        range.length > body.size() - range.offset) {
      return false;
    }
    if (range.offset > at) {
      pieces.push_back(body.substr(at, range.offset - at));
    }
    if (!splice.replacement.empty()) {
      pieces.push_back(splice.replacement);
    }
    at = range.offset + range.length;
  }
  if (at < body.size()) {
    pieces.push_back(body.substr(at));
  }
  return true;
}

}  // namespace abv::lane
