#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace abv::lane {

// The body of a request in memory, with the zeroed bytes after its end that simdjson reads over.
class Body {
 public:
  static constexpr std::size_t kPadding = 64;

  Body() = default;

  // Makes room for at least `capacity` bytes and keeps what is there.
  void reserve(std::size_t capacity);

  // Where the next bytes go; commit() says how many came.
  std::span<char> free_space() { return {bytes_.get() + size_, capacity_ - size_}; }
  void commit(std::size_t n) { size_ += n; }

  // Writes the padding. Call it when the body is complete.
  void seal();

  std::string_view text() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // without the padding
};

// A part of a body.
struct Range {
  std::size_t offset = 0;
  std::size_t length = 0;
};

// A part of a body and what goes there instead.
struct Splice {
  Range range;
  std::string replacement;
};

// The pieces of `body` with the splices in place, without copying what stays. The views point into
// `body` and `splices`, which have to outlive them. Splices are sorted by offset here. False when
// two of them overlap or one reaches past the end.
bool splice_pieces(std::string_view body, std::vector<Splice>& splices,
                   std::vector<std::string_view>& pieces);

}  // namespace abv::lane
