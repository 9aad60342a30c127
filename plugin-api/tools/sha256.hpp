#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace abv::tools {

// SHA-256 (FIPS 180-4), for digests of files. Not for secrets: nothing is wiped.
class Sha256 {
 public:
  void update(std::string_view bytes);

  // The digest of all bytes so far, as 64 lower-case hexadecimal digits. Ends the use of the
  // object.
  std::string hex_digest();

 private:
  void compress(const unsigned char* block);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> block_{};
  std::size_t in_block_ = 0;
  std::uint64_t total_bytes_ = 0;
};

}  // namespace abv::tools
