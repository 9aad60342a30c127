#include <string>
#include <string_view>

#include "host/net/http1.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::net::equal_ignoring_case;
using abv::net::is_field_value;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
}

// All pairs of characters, at a place of a text of some length, that are compared wrongly.
int wrong_pairs(std::size_t length, std::size_t place) {
  int wrong = 0;
  std::string a(length, 'm');
  std::string b(length, 'M');
  for (int i = 0; i < 65536; ++i) {
    a[place] = static_cast<char>(i & 0xff);
    b[place] = static_cast<char>(i >> 8);
    wrong += equal_ignoring_case(a, b) == (lower(a[place]) == lower(b[place])) ? 0 : 1;
  }
  return wrong;
}

int wrong_values(std::size_t length, std::size_t place) {
  int wrong = 0;
  std::string text(length, '\t');
  for (int i = 0; i < 256; ++i) {
    text[place] = static_cast<char>(i);
    wrong += is_field_value(text) == is_control(text[place]) ? 1 : 0;
  }
  return wrong;
}

}  // namespace

TEST_CASE("letters are equal in any case and nothing else is", "[net][header]") {
  CHECK(wrong_pairs(1, 0) == 0);
  CHECK(wrong_pairs(8, 0) == 0);
  CHECK(wrong_pairs(8, 7) == 0);
  CHECK(wrong_pairs(13, 3) == 0);
  CHECK(wrong_pairs(13, 12) == 0);
}

TEST_CASE("texts of other lengths differ, and empty ones do not", "[net][header]") {
  CHECK_FALSE(equal_ignoring_case("content-length", "content-lengt"));
  CHECK_FALSE(equal_ignoring_case("", "x"));
  CHECK(equal_ignoring_case("", std::string_view()));
}

TEST_CASE("a value holds no control character but the tab, wherever it stands", "[net][header]") {
  CHECK(wrong_values(1, 0) == 0);
  CHECK(wrong_values(8, 0) == 0);
  CHECK(wrong_values(8, 7) == 0);
  CHECK(wrong_values(21, 2) == 0);
  CHECK(wrong_values(21, 15) == 0);
  CHECK(wrong_values(21, 20) == 0);
  CHECK(is_field_value(""));
}
