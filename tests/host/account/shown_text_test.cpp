#include "host/account/shown_text.hpp"

#include <string>

#include "tests/support/catch.hpp"

namespace abv::account {
namespace {

std::string shown(std::string_view text) {
  return shown_text(text, 500);
}

}  // namespace

TEST_CASE("keys and tokens are not shown", "[shown]") {
  CHECK(shown("Incorrect API key provided: sk-proj-abcdefgh1234. You can find") ==
        "Incorrect API key provided: ***. You can find");
  CHECK(shown("Incorrect API key provided: sk-abcd***************wxyz.") ==
        "Incorrect API key provided: ***.");
  CHECK(shown("x-api-key sk-ant-api03-AbCdEf_12-34 refused") == "x-api-key *** refused");
  CHECK(shown("key AIzaSyA1234567890abcdefghijklmnopqrstuv") == "key ***");
  CHECK(shown("https://x.example/v1?key=AIzaSyA1234567890abcdefghijk&alt=sse") ==
        "https://x.example/v1?key=***&alt=sse");
  CHECK(shown("Authorization: Bearer abcdefghij was refused") ==
        "Authorization: Bearer *** was refused");
  CHECK(shown("token ya29.a0AfH6SMBx expired") == "token *** expired");
  CHECK(shown("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln") == "***");
  CHECK(shown("key 0123456789abcdef0123456789abcdef.QwErTyUiOpAsDfGh") == "key ***");
  CHECK(shown("refresh 1//0gAbCdEfGhIjKl") == "refresh ***");
}

TEST_CASE("what is no key is shown", "[shown]") {
  const std::string text = GENERATE(
      as<std::string>{}, "request id req_011CcR9mkMvXdaiWP4739PSN",
      "organization org-VDAWofJASuLH0vVz8o9tiQZr", "id 7f3c2a10-1b2c-4d5e-8f90-0123456789ab",
      "model claude-opus-4-5-20251101-thinking",
      "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
      "see https://docs.anthropic.com/en/api/rate-limits", "2026-09-11T14:45:20.123456+08:00",
      "Bearer of news", "generativelanguage.googleapis.com/generate_content_free_tier_requests",
      "a = b", "x=1, y=2");

  CHECK(shown(text) == text);
}

TEST_CASE("a shown text is one line of UTF-8", "[shown]") {
  CHECK(shown("  a\n\n  b\tc\x1b[31m  ") == "a b c [31m");
  CHECK(shown("caf\xC3\xA9 \xFF\xC3") == "caf\xC3\xA9 ??");
  CHECK(shown("\xED\xA0\x80 \xE0\x80\x80 \xF4\x90\x80\x80 \xC0\x80") == "??? ??? ???? ??");
  CHECK(shown("") == "");
}

TEST_CASE("a shown text has at most the bytes that it may have", "[shown]") {
  CHECK(shown_text("abcdefgh", 8) == "abcdefgh");
  CHECK(shown_text("abcdefghi", 8) == "abcde\xE2\x80\xA6");
  CHECK(shown_text("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 8) ==
        "\xC3\xA4\xC3\xA4\xE2\x80\xA6");
  CHECK(shown_text("abcd", 2) == "");
}

TEST_CASE("of a web page the title is shown", "[shown]") {
  CHECK(shown("<html><head><title>502 Bad Gateway</title></head><body>x</body></html>") ==
        "502 Bad Gateway");
  CHECK(shown("<html><body><h1>Blocked</h1> by the <b>firewall</b></body></html>") ==
        "Blocked by the firewall");
}

}  // namespace abv::account
