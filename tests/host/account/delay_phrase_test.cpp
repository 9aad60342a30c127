// Delays in the words of messages.

#include <string>

#include "host/account/delay_text.hpp"
#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

struct Sentence {
  std::string text;
  std::int64_t ms;
  std::string words;
};

std::int64_t found(std::string_view text, Zone zone = std::nullopt) {
  const auto delay = find_delay_in_text(text, kNow, zone);
  return delay ? delay->delay.count() : -1;
}

}  // namespace

TEST_CASE("the delay that a message announces is found", "[delay]") {
  const Sentence sentence = GENERATE(values<Sentence>({
      {"Rate limit reached for 10KTPM-200RPM in organization org-gvA on tokens per min. Limit: "
       "10000 / min. Please try again in 6ms. Contact us through our help center",
       6, "try again in 6ms"},
      {"Rate limit reached for gpt-4 in organization org-uV on tokens per min (TPM): Limit 10000, "
       "Used 8554, Requested 3082. Please try again in 9.816s. Visit https://platform.openai.com",
       9'816, "try again in 9.816s"},
      {"Rate limit reached. Please try again in 1m 3s.", 63'000, "try again in 1m 3s"},
      {"Please retry after 20 seconds.", 20'000, "retry after 20 seconds"},
      {"Please retry in 11.665902715s.", 11'666, "retry in 11.665902715s"},
      {"You have exhausted your capacity on this model. Your quota will reset after 5h2m.",
       18'120'000, "reset after 5h2m"},
      {"Individual quota reached. Resets in 9h22m20s.", 33'740'000, "Resets in 9h22m20s"},
      {"backoff for 10s", 10'000, "backoff for 10s"},
      {"Too many requests (wait 3s)", 3'000, "wait 3s"},
      {"Please wait for about 2 minutes", 120'000, "wait for about 2 minutes"},
      {"You've hit your usage limit. To get more access now, send a request to your admin or try "
       "again in 3 days 6 hours 57 minutes.",
       284'220'000, "try again in 3 days 6 hours 57 minutes"},
      {"Retry After 99 Seconds", 99'000, "Retry After 99 Seconds"},
      {"available again in ~5 min", 300'000, "available again in ~5 min"},
      {"Try again in 5 minutes or 3 hours", 300'000, "Try again in 5 minutes"},
      {R"({"error":{"details":[{"retryDelay": "17.5s"},{"reas)", 17'500, R"(retryDelay": "17.5s)"},
  }));

  INFO(sentence.text);
  const auto delay = find_delay_in_text(sentence.text, kNow);

  REQUIRE(delay);
  CHECK(delay->delay.count() == sentence.ms);
  CHECK(delay->words == sentence.words);
}

TEST_CASE("the time that a message announces is found", "[delay]") {
  CHECK(found("reset at 2026-09-11T14:46:20Z") == 60'000);
  CHECK(found("Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-09-14T00:00:00Z") ==
        206'080'000);
  CHECK(found("You have reached your specified API usage limits. You will regain access on "
              "2026-10-01 at 00:00 UTC.") == 1'674'880'000);
  CHECK(found("resets at 2026-09-11T14:45:19Z") == 0);
}

TEST_CASE("a time without a zone is found when its zone is known", "[delay]") {
  const std::string english =
      "Usage limit reached for 5 hour. Your limit will reset at 2026-09-12 00:35:41";
  const std::string chinese =
      "\xE6\x82\xA8\xE7\x9A\x84\xE9\x99\x90\xE9\xA2\x9D\xE5\xB0\x86\xE5\x9C\xA8 2026-09-12 "
      "00:35:41 \xE9\x87\x8D\xE7\xBD\xAE\xE3\x80\x82";

  CHECK(found(english, std::chrono::hours(8)) == 6'621'000);
  CHECK(found(chinese, std::chrono::hours(8)) == 6'621'000);
  CHECK(found(english) == -1);
}

TEST_CASE("words that announce no delay give none", "[delay]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "429 messages", "wait, 429 messages are waiting",
               "please retry after gemini-3.5 small is back", "gemini-3.5 small", "await 3s",
               "the waits 3s", "Usage limit reached for 5 hour", "limit of 20,000 tokens per 60s",
               "retry in 20", "retry after 3 attempts", "resets in 3 regions", "try again in 5 M",
               "try again at 3:28 PM", "try again at Aug 8th, 2026 12:30 PM", "try again later",
               "it was reset 5 minutes ago", "reset after -5s", "5s", "took 12.5s", "retry");

  CHECK(found(text) == -1);
}

TEST_CASE("only the beginning of a long text is searched", "[delay]") {
  const std::string far = std::string(5'000, '.') + " try again in 5s";
  const std::string near = std::string(3'000, '.') + " try again in 5s";

  CHECK(found(far) == -1);
  CHECK(found(near) == 5'000);
}

}  // namespace abv::account
