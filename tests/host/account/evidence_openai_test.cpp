// Answers of OpenAI, of ChatGPT accounts, and of services that speak like OpenAI.

#include <string>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

constexpr const char* kTokens =
    R"({"error":{"message":"Rate limit reached for gpt-4.1 in organization org-VDAWofJASuLH0v on )"
    R"(tokens per min (TPM): Limit 30000, Used 26922, Requested 5033. Please try again in 3.91s.",)"
    R"("type":"tokens","param":null,"code":"rate_limit_exceeded"}})";

}  // namespace

TEST_CASE("OpenAI's counters are durations until they are full", "[evidence][openai]") {
  const Evidence evidence = read(200, {{"x-ratelimit-limit-requests", "5000"},
                                       {"x-ratelimit-limit-tokens", "160000"},
                                       {"x-ratelimit-remaining-requests", "4999"},
                                       {"x-ratelimit-remaining-tokens", "40000"},
                                       {"x-ratelimit-reset-requests", "12ms"},
                                       {"x-ratelimit-reset-tokens", "6m0s"},
                                       {"x-ratelimit-limit-project-tokens", "20000"},
                                       {"x-ratelimit-remaining-project-tokens", "20000"},
                                       {"x-ratelimit-reset-project-tokens", "0s"}});

  const Statement& tokens = said(evidence, "header x-ratelimit-*-tokens");
  CHECK(tokens.remaining == 0.25);
  CHECK(tokens.resets_at_unix_ms == kNow + 360'000);
  CHECK(tokens.window == Window::kRequestRate);
  CHECK(tokens.reach == Reach::kModel);
  CHECK(said(evidence, "header x-ratelimit-*-requests").resets_at_unix_ms == kNow + 12);
  CHECK(said(evidence, "header x-ratelimit-*-project-tokens").remaining == 1.0);
  CHECK(evidence.statements.size() == 3);
}

TEST_CASE("OpenAI's retry-after-ms is more exact than its Retry-After", "[evidence][openai]") {
  const Evidence evidence = read(429, {{"Retry-After", "20"}, {"retry-after-ms", "1250"}}, kTokens);

  CHECK(meaning(evidence) == "rate model 1250ms");
  CHECK(waits_for(evidence) == "header retry-after-ms");
  CHECK(evidence.code == "rate_limit_exceeded");
}

TEST_CASE("OpenAI's rate limit without headers says in words how long", "[evidence][openai]") {
  const Evidence evidence = read(429, {}, kTokens);

  CHECK(meaning(evidence) == "rate model 3910ms");
  CHECK(waits_for(evidence) == "text");
  CHECK(said(evidence, "text").raw == "try again in 3.91s");
}

TEST_CASE("a limit that is used up is waited for until it resets", "[evidence][openai]") {
  const Evidence evidence = read(429,
                                 {{"x-ratelimit-limit-requests", "60"},
                                  {"x-ratelimit-remaining-requests", "0"},
                                  {"x-ratelimit-reset-requests", "8.64s"},
                                  {"x-ratelimit-limit-tokens", "30000"},
                                  {"x-ratelimit-remaining-tokens", "10"},
                                  {"x-ratelimit-reset-tokens", "59s"}},
                                 R"({"error":{"message":"Too Many Requests"}})");

  CHECK(meaning(evidence) == "rate model 8640ms");
}

TEST_CASE("an empty purse of OpenAI is no rate limit", "[evidence][openai]") {
  const Evidence evidence =
      read(429, {{"retry-after", "1"}},
           R"({"error":{"message":"You exceeded your current quota, please check your plan and )"
           R"(billing details.","type":"insufficient_quota","param":null,)"
           R"("code":"insufficient_quota"}})");

  CHECK(meaning(evidence) == "billing account -");
}

TEST_CASE("a request that is larger than the limit is the request's own fault",
          "[evidence][openai]") {
  const Evidence evidence = read(
      429, {{"x-ratelimit-remaining-tokens", "30000"}, {"x-ratelimit-limit-tokens", "30000"}},
      R"({"error":{"message":"Request too large for gpt-4o in organization org-VDAWof on tokens per )"
      R"(min (TPM): Limit 30000, Requested 30601. The input or output tokens must be reduced in )"
      R"(order to run successfully.","type":"tokens","param":null,"code":"rate_limit_exceeded"}})");

  CHECK(meaning(evidence) == "too_large request -");
}

TEST_CASE("refusals of OpenAI are told apart", "[evidence][openai]") {
  const auto code = [](int status, const std::string& text) {
    return meaning(read(
        status, {},
        R"({"error":{"message":"no","type":"invalid_request_error","code":")" + text + R"("}})"));
  };

  CHECK(code(401, "invalid_api_key") == "credential account -");
  CHECK(code(403, "account_deactivated") == "credential account -");
  CHECK(code(403, "unsupported_country_region_territory") == "forbidden account -");
  CHECK(code(404, "model_not_found") == "not_found model -");
  CHECK(code(400, "context_length_exceeded") == "too_large request -");
  CHECK(code(400, "billing_hard_limit_reached") == "billing account -");
  CHECK(code(503, "server_is_overloaded") == "capacity model -");
  CHECK(code(503, "slow_down") == "capacity model -");
  CHECK(code(400, "invalid_value") == "other request -");
  CHECK(code(500, "server_error") == "server request -");
}

TEST_CASE("a ChatGPT account says when its limit resets", "[evidence][codex]") {
  const Evidence evidence =
      read(429, {},
           R"({"error":{"type":"usage_limit_reached","message":"The usage limit has been reached",)"
           R"("plan_type":"plus","resets_at":1789147488,"resets_in_seconds":9568}})");

  CHECK(meaning(evidence) == "quota account 9568s");
  CHECK(said(evidence, "error.resets_in_seconds").raw == "9568");
  CHECK(said(evidence, "error.resets_at").resets_at_unix_ms == kNow + 9'568'000);
}

TEST_CASE("the windows of a ChatGPT account are known by their length", "[evidence][codex]") {
  const Evidence evidence = read(200, {{"x-codex-primary-used-percent", "12.5"},
                                       {"x-codex-primary-window-minutes", "10080"},
                                       {"x-codex-primary-reset-after-seconds", "596369"},
                                       {"x-codex-secondary-used-percent", "100"},
                                       {"x-codex-secondary-window-minutes", "300"},
                                       {"x-codex-secondary-reset-at", "1789147488"},
                                       {"x-codex-primary-over-secondary-limit-percent", "15"},
                                       {"x-codex-credits-has-credits", "False"},
                                       {"x-codex-plan-type", "plus"}});

  const Statement& week = said(evidence, "header x-codex-primary-*");
  const Statement& hours = said(evidence, "header x-codex-secondary-*");
  CHECK(evidence.statements.size() == 2);
  CHECK(week.window == Window::kWeek);
  CHECK(week.remaining == 0.875);
  CHECK(week.resets_at_unix_ms == kNow + 596'369'000);
  CHECK(hours.window == Window::kFiveHours);
  CHECK(hours.is_exhausted);
  CHECK(meaning(evidence) == "none account 9568s");
}

TEST_CASE("a window is the named one that is nearest in length", "[evidence][codex]") {
  const auto window = [](const char* minutes) {
    const Evidence evidence = read(
        200, {{"x-codex-primary-used-percent", "1"}, {"x-codex-primary-window-minutes", minutes}});
    return std::string(window_name(evidence.statements.at(0).window));
  };

  CHECK(window("1") == "minute");
  CHECK(window("60") == "hour");
  CHECK(window("299") == "five_hours");
  CHECK(window("1440") == "day");
  CHECK(window("10079") == "week");
  CHECK(window("43200") == "month");
  CHECK(window("0") == "unknown");
}

TEST_CASE("a ChatGPT account's limit of another model is not waited for", "[evidence][codex]") {
  const std::initializer_list<net::Header> other = {
      {"x-codex-primary-used-percent", "20"},
      {"x-codex-bengalfox-primary-used-percent", "100"},
      {"x-codex-bengalfox-primary-reset-at", "1789500000"},
      {"x-codex-bengalfox-limit-name", "gpt-5.2-codex-sonic"}};
  const std::initializer_list<net::Header> asked = {
      {"x-codex-primary-used-percent", "20"},
      {"x-codex-active-limit", "codex_bengalfox"},
      {"x-codex-bengalfox-primary-used-percent", "100"},
      {"x-codex-bengalfox-primary-reset-at", "1789500000"}};

  CHECK(meaning(read(200, other)) == "none request -");
  CHECK(meaning(read(200, asked)) == "none model 362080s");
}

TEST_CASE("an error event of a ChatGPT stream is a refusal with its own headers",
          "[evidence][codex]") {
  const Evidence evidence =
      read(200, {},
           R"({"type":"error","status_code":429,"error":{"type":"usage_limit_reached",)"
           R"("message":"The usage limit has been reached","plan_type":"plus"},)"
           R"("headers":{"X-Codex-Primary-Window-Minutes":"300",)"
           R"("X-Codex-Primary-Used-Percent":"100","X-Codex-Primary-Reset-After-Seconds":9569,)"
           R"("X-Codex-Secondary-Window-Minutes":"10080",)"
           R"("X-Codex-Secondary-Reset-After-Seconds":"596369"}})");

  CHECK(evidence.status == 429);
  CHECK(meaning(evidence) == "quota account 9569s");
  CHECK(waits_for(evidence) == "headers x-codex-primary-*");
}

TEST_CASE("a failed response inside a stream is a refusal", "[evidence][openai]") {
  const Evidence evidence =
      read(200, {},
           R"({"type":"response.failed","response":{"id":"resp_1","status":"failed",)"
           R"("error":{"code":"rate_limit_exceeded","message":"Please try again in 11.054s."}}})");

  CHECK(evidence.status == 429);
  CHECK(meaning(evidence) == "rate model 11054ms");
}

TEST_CASE("Groq's counters of the day and of the minute are read", "[evidence][openai]") {
  const Evidence evidence = read(429,
                                 {{"retry-after", "2"},
                                  {"x-ratelimit-limit-requests", "14400"},
                                  {"x-ratelimit-remaining-requests", "14370"},
                                  {"x-ratelimit-reset-requests", "2m59.56s"},
                                  {"x-ratelimit-limit-tokens", "18000"},
                                  {"x-ratelimit-remaining-tokens", "0"},
                                  {"x-ratelimit-reset-tokens", "7.66s"}},
                                 R"({"error":{"message":"Rate limit reached","code":)"
                                 R"("rate_limit_exceeded"}})");

  CHECK(meaning(evidence) == "rate model 2s");
  CHECK(said(evidence, "header x-ratelimit-*-requests").resets_at_unix_ms == kNow + 179'560);
}

TEST_CASE("Cerebras' counters are seconds and name their windows", "[evidence][openai]") {
  const Evidence evidence = read(429,
                                 {{"x-ratelimit-limit-requests-day", "14400"},
                                  {"x-ratelimit-remaining-requests-day", "0"},
                                  {"x-ratelimit-reset-requests-day", "33011.382867"},
                                  {"x-ratelimit-limit-tokens-minute", "200000"},
                                  {"x-ratelimit-remaining-tokens-minute", "0"},
                                  {"x-ratelimit-reset-tokens-minute", "11.38"},
                                  {"retry-after", "12"}},
                                 R"({"message":"Rate limit exceeded","type":"rate_limit_error",)"
                                 R"("param":null,"code":"rate_limit_error"})");

  const Statement& day = said(evidence, "header x-ratelimit-*-requests-day");
  CHECK(day.window == Window::kDay);
  CHECK(day.resets_at_unix_ms == kNow + 33'011'383);
  CHECK(said(evidence, "header x-ratelimit-*-tokens-minute").window == Window::kMinute);
  CHECK(meaning(evidence) == "quota model 33011383ms");
}

TEST_CASE("OpenRouter's headers stand in its body, in milliseconds of unix time",
          "[evidence][openai]") {
  const Evidence evidence =
      read(429, {},
           R"({"error":{"message":"Rate limit exceeded: free-models-per-day. Add 10 credits to )"
           R"(unlock 1000 free model requests per day","code":429,"metadata":{"headers":{)"
           R"("X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0",)"
           R"("X-RateLimit-Reset":"1789171200000"}}},"user_id":"user_2x"})");

  CHECK(meaning(evidence) == "quota account 33280s");
  CHECK(waits_for(evidence) == "error.metadata.headers x-ratelimit-*");
}

TEST_CASE("the service behind a gateway is heard", "[evidence][openai]") {
  const Evidence evidence =
      read(429, {},
           R"({"error":{"message":"Provider returned error","code":429,"metadata":{"raw":)"
           R"("{\"error\":{\"code\":429,\"message\":\"Resource exhausted. Please retry in 7s\",)"
           R"(\"status\":\"RESOURCE_EXHAUSTED\"}}","provider_name":"Google"}}})");

  CHECK(evidence.message == "Resource exhausted. Please retry in 7s");
  CHECK(meaning(evidence) == "rate model 7s");
}

}  // namespace abv::account
