#include "chunk_reader.hpp"

#include <utility>

namespace abv::gemini {

bool ChunkReader::step(char c) {
  if (in_string_) {
    if (std::exchange(after_backslash_, false)) return false;
    after_backslash_ = c == '\\';
    in_string_ = c != '"';
    return false;
  }
  switch (c) {
    case '"':
      // Between the objects stands no string; one there is malformed and must not hide what
      // follows.
      in_string_ = depth_ > 0;
      return false;
    case '{':
      return ++depth_ == 1;
    case '}':
      return depth_ > 0 && --depth_ == 0;
    default:
      return false;
  }
}

}  // namespace abv::gemini
