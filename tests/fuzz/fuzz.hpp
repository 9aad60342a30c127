#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the fuzz targets share. Each target is one source file with this function in it; it is
// linked with libFuzzer (scripts/fuzz), or with replay.cpp, which runs the seeds of a folder
// through it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace abv::fuzz {

// Where an input is cut into the pieces in which it "arrives". No byte of UTF-8 is like it.
inline constexpr char kCut = '\xFF';

// What stands behind this mark is the request of the client that an answer is for.
inline constexpr char kClientRequest = '\xFE';

// Ends the process: libFuzzer keeps the input, a replay fails. `what` is the sentence that turned
// out to be false, `details` the values that tell why.
[[noreturn]] void found(std::string_view what, const std::vector<std::string>& details = {});

inline void require(bool is_so, std::string_view what) {
  if (!is_so) found(what);
}

inline void require_equal(const std::string& a, const std::string& b, std::string_view what) {
  if (a != b) found(what, {a, b});
}

// The input without the marks, and its pieces, views of it.
std::string without_cuts(std::string_view input);
std::vector<std::string_view> pieces_of(std::string_view input);

inline std::string_view view_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};  // NOLINT(*-reinterpret-cast)
}

// A copy of exactly these bytes, so that a reader beyond their end is caught by the sanitizer.
class Exactly {
 public:
  explicit Exactly(std::string_view text) : bytes_(text.begin(), text.end()) {
    bytes_.shrink_to_fit();
  }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  std::vector<char>& bytes() { return bytes_; }

 private:
  std::vector<char> bytes_;
};

}  // namespace abv::fuzz
