#include "host/net/utf8.hpp"

#include <string>
#include <tuple>

#include "tests/support/catch.hpp"

using abv::net::Utf8Check;
using abv::net::with_valid_utf8;
using namespace std::string_literals;

namespace {

bool is_utf8(std::string_view text) {
  Utf8Check check;
  return check.take(text) && check.is_whole();
}

// Whether it is UTF-8, for each place where it is cut in two: '+' or '-'.
std::string at_all_cuts(std::string_view text) {
  std::string outcomes;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Check check;
    const bool is_good =
        check.take(text.substr(0, cut)) && check.take(text.substr(cut)) && check.is_whole();
    outcomes += is_good ? '+' : '-';
  }
  return outcomes;
}

}  // namespace

TEST_CASE("characters of every length are UTF-8, wherever they are cut", "[net][utf8]") {
  const std::string text =
      "ascii \x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"
      "\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF and more ascii";
  CHECK(at_all_cuts(text) == std::string(text.size() + 1, '+'));
  CHECK(is_utf8(""));
  CHECK(is_utf8("\0"s));
}

TEST_CASE("what no character begins or goes on with is not UTF-8, wherever it is cut",
          "[net][utf8]") {
  const auto bytes = GENERATE(as<std::string>(), "\x80", "\xBF", "\xC0\x80", "\xC1\xBF",
                              "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF",
                              "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xC2\x41",
                              "\xE2\x82\x41", "\xF0\x9F\x92\x41", "\xC2\xC2\xA9");
  CAPTURE(bytes);
  const std::string text = "eight by" + bytes + "t";

  CHECK(at_all_cuts(text) == std::string(text.size() + 1, '-'));
}

TEST_CASE("a text that ends within a character is not whole", "[net][utf8]") {
  const auto text = GENERATE(as<std::string>(), "\xC2", "\xE2\x82", "\xF0\x9F\x92", "a\xE2");
  CAPTURE(text);
  Utf8Check check;

  CHECK(check.take(text));
  CHECK_FALSE(check.is_whole());
  check.reset();
  CHECK(check.is_whole());
}

TEST_CASE("bytes of no character become question marks, and the rest stays", "[net][utf8]") {
  CHECK(with_valid_utf8("a\xFF"
                        "b") == "a?b");
  CHECK(with_valid_utf8("\xE2\x82\xAC \xE2\x82") == "\xE2\x82\xAC ??");
  CHECK(with_valid_utf8("\xED\xA0\x80") == "???");
  CHECK(with_valid_utf8("plain \xF0\x9F\x92\xA9") == "plain \xF0\x9F\x92\xA9");
}
