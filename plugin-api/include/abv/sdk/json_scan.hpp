// The insides of json_parser.hpp and json_writer.hpp: goes through the text of JSON strings in
// blocks, because nearly all of a request is inside strings. Not for plugins.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace json {
namespace detail {

// Of two names that are as long as each other, nearly all differ in their first letter.
inline bool is_same(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && (a.empty() || (a.front() == b.front() && a == b));
}

inline constexpr std::size_t kBlock = 64;

// What a block has in it that is no plain text, one bit for each byte, the first in the lowest bit.
struct Marks {
  std::uint64_t quotes = 0;
  std::uint64_t slashes = 0;  // backslashes
  std::uint64_t others = 0;   // control characters, and what is not ASCII

  bool operator==(const Marks&) const = default;
};

// Eight bytes, on every machine. Answers have one bit for each byte, the first in the lowest bit.
class Word {
 public:
  static constexpr unsigned kBytes = 8;

  explicit Word(const char* at) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&bytes_, at, kBytes);
    } else {
      for (unsigned i = 0; i < kBytes; ++i)
        bytes_ |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
    }
  }

  std::uint64_t equal(char c) const noexcept {
    return gather(zeros(bytes_ ^ (kOnes * static_cast<unsigned char>(c))));
  }
  // Below 0x20 is what has none of the bits 0x60, or the bit 0x80 beside them.
  std::uint64_t others() const noexcept {
    return gather(zeros(bytes_ & (kOnes * 0x60U)) | (bytes_ & kHighs));
  }

 private:
  static constexpr std::uint64_t kOnes = 0x0101010101010101U;
  static constexpr std::uint64_t kHighs = kOnes * 0x80U;

  // The high bit of each byte that is zero, and of no other.
  static std::uint64_t zeros(std::uint64_t word) noexcept {
    return ~(((word & ~kHighs) + ~kHighs) | word | ~kHighs);
  }
  // Moves the eight high bits into the lowest byte.
  static std::uint64_t gather(std::uint64_t highs) noexcept {
    return (highs * 0x0002040810204081U) >> 56U;
  }

  std::uint64_t bytes_ = 0;
};

#if defined(__SSE2__)

// The same with sixteen bytes.
class Vector {
 public:
  static constexpr unsigned kBytes = 16;

  explicit Vector(const char* at) noexcept
      : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}

  std::uint64_t equal(char c) const noexcept {
    return gather(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c)));
  }
  // As signed numbers, bytes that are not ASCII are below zero.
  std::uint64_t others() const noexcept {
    return gather(_mm_cmplt_epi8(bytes_, _mm_set1_epi8(' ')));
  }

 private:
  static std::uint64_t gather(__m128i mask) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(mask));
  }

  __m128i bytes_;
};

using Piece = Vector;

#else

using Piece = Word;

#endif

// The marks of a block from `at` on.
template <class Bytes = Piece>
Marks marks_of(const char* at) noexcept {
  Marks marks;
  for (unsigned i = 0; i < kBlock; i += Bytes::kBytes) {
    const Bytes piece(at + i);
    marks.quotes |= piece.equal('"') << i;
    marks.slashes |= piece.equal('\\') << i;
    marks.others |= piece.others() << i;
  }
  return marks;
}

// The ASCII that stands for itself in a JSON string.
inline constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x20; c < 0x80; ++c)
    plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Where from `at` on such text ends.
template <class Bytes = Piece>
const char* plain_end(const char* at, const char* end) noexcept {
  for (; end - at >= std::ptrdiff_t{Bytes::kBytes}; at += Bytes::kBytes) {
    const Bytes piece(at);
    const std::uint64_t special = piece.equal('"') | piece.equal('\\') | piece.others();
    if (special != 0) return at + std::countr_zero(special);
  }
  while (at != end && kPlain[static_cast<unsigned char>(*at)])
    ++at;
  return at;
}

// Where from `at` on the text ends that stands for itself in a JSON string: at a quote, a
// backslash, a control character, a byte that is no UTF-8, or `end`.
inline const char* text_end(const char* at, const char* end) noexcept {
  for (;;) {
    at = plain_end(at, end);
    if (at == end || static_cast<unsigned char>(*at) < 0x80U) return at;
    while (at != end && static_cast<unsigned char>(*at) >= 0x80U) {
      const std::size_t length = utf8_length({at, static_cast<std::size_t>(end - at)});
      if (length == 0) return at;
      at += length;
    }
  }
}

// The letters that may stand after a backslash, but for "u".
inline constexpr std::array<bool, 256> kEscapes = [] {
  std::array<bool, 256> escapes{};
  for (const char c : std::string_view("\"\\/bfnrt"))
    escapes[static_cast<unsigned char>(c)] = true;
  return escapes;
}();

// Where the escape ends whose backslash stands right before `at`; null when it is none.
inline const char* escape_end(const char* at, const char* end) noexcept {
  if (at == end) return nullptr;
  if (kEscapes[static_cast<unsigned char>(*at)]) return at + 1;
  if (*at != 'u' || end - at < 5) return nullptr;
  const bool is_code = hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0 && hex_digit(at[3]) >= 0 &&
                       hex_digit(at[4]) >= 0;
  return is_code ? at + 5 : nullptr;
}

// The bytes of a block that a backslash escapes. `is_open` tells of the byte before the block
// whether it is such a backslash, and is set for the next one.
inline std::uint64_t escaped_bytes(std::uint64_t slashes, bool& is_open) noexcept {
  constexpr std::uint64_t kEven = 0x5555555555555555U;
  const std::uint64_t first = is_open ? 1 : 0;
  slashes &= ~first;  // it is escaped itself
  // Backslashes in a row escape each other in turn: adding the row's first bit carries to the byte
  // behind the row, and that one's place is even or odd as the row's length is.
  const std::uint64_t followers = slashes << 1U | first;
  const std::uint64_t odd_starts = slashes & ~kEven & ~followers;
  const std::uint64_t sum = odd_starts + slashes;
  is_open = sum < slashes;
  return (kEven ^ (sum << 1U)) & followers;
}

// Goes on in a string as long as whole blocks are ASCII with sound escapes. Gives where the string
// ends, at its quote, or, when there is something else, where to go on by hand: at the start of
// text or of an escape.
inline const char* skip_blocks(const char* at, const char* end, bool& has_escapes) noexcept {
  bool is_open = false;
  for (; static_cast<std::size_t>(end - at) >= kBlock; at += kBlock) {
    const Marks found = marks_of(at);
    bool is_open_after = is_open;
    const std::uint64_t escaped = escaped_bytes(found.slashes, is_open_after);
    const std::uint64_t quote = found.quotes & ~escaped;
    const std::uint64_t inside = quote == 0 ? ~std::uint64_t{0} : (quote & (~quote + 1)) - 1;
    bool is_sound = (found.others & inside) == 0;
    for (std::uint64_t left = escaped & inside; left != 0 && is_sound; left &= left - 1)
      is_sound = escape_end(at + std::countr_zero(left), end) != nullptr;
    if (!is_sound) break;
    has_escapes = has_escapes || ((found.slashes & inside) != 0);
    if (quote != 0) return at + std::countr_zero(quote);
    is_open = is_open_after;
  }
  return is_open ? at - 1 : at;
}

}  // namespace detail
}  // namespace json
}  // namespace v1
}  // namespace abv::sdk
