#pragma once

#include <string>
#include <string_view>

namespace abv::net {

// Checks that bytes which arrive in pieces cut anywhere are UTF-8 (RFC 3629).
class Utf8Check {
 public:
  // Takes the next bytes. False once they cannot be part of UTF-8, at the first byte that tells so.
  bool take(std::string_view bytes);

  // The bytes so far don't end within a character.
  bool is_whole() const { return missing_ == 0; }

  void reset() { *this = Utf8Check(); }

 private:
  bool begin_character(unsigned char byte);

  int missing_ = 0;  // bytes of the character at hand
  // What the next byte of it may be.
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xBF;
};

// The text with a question mark for each byte that belongs to no character.
std::string with_valid_utf8(std::string_view text);

}  // namespace abv::net
