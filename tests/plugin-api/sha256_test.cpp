#include "sha256.hpp"

#include <string>
#include <string_view>

#include "tests/support/catch.hpp"

namespace {

std::string digest(std::string_view bytes) {
  abv::tools::Sha256 sha;
  sha.update(bytes);
  return sha.hex_digest();
}

// The vectors are those of NIST's examples and of FIPS 180-4.
TEST_CASE("SHA-256 gives the published digests") {
  CHECK(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(digest("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
               "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(digest(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how its input is cut") {
  const std::string text(200, 'x');
  const std::size_t cut = GENERATE(1U, 55U, 56U, 63U, 64U, 65U, 127U, 128U);
  abv::tools::Sha256 sha;
  sha.update(std::string_view(text).substr(0, cut));
  sha.update(std::string_view(text).substr(cut));
  CHECK(sha.hex_digest() == digest(text));
}

}  // namespace
