// Answers of Anthropic: API keys and subscriptions.

#include <string>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

constexpr const char* kRateLimit =
    R"({"type":"error","error":{"type":"rate_limit_error","message":)"
    R"("This request would exceed your account's rate limit. Please try again later."},)"
    R"("request_id":"req_011CcR9mkMvXdaiWP4739PSN"})";

}  // namespace

TEST_CASE("an answer of Anthropic tells what is left of each limit", "[evidence][anthropic]") {
  const Evidence evidence =
      read(200, {{"anthropic-ratelimit-requests-limit", "50"},
                 {"anthropic-ratelimit-requests-remaining", "49"},
                 {"anthropic-ratelimit-requests-reset", "2026-09-11T14:45:21Z"},
                 {"Anthropic-RateLimit-Input-Tokens-Limit", "40000"},
                 {"Anthropic-RateLimit-Input-Tokens-Remaining", "30000"},
                 {"Anthropic-RateLimit-Input-Tokens-Reset", "2026-09-11T14:46:20Z"}});

  const Statement& tokens = said(evidence, "header anthropic-ratelimit-input-tokens-*");
  CHECK(evidence.kind == Kind::kNone);
  CHECK(evidence.statements.size() == 2);
  CHECK(tokens.window == Window::kMinute);
  CHECK(tokens.reach == Reach::kModel);
  CHECK(tokens.limit == "input-tokens");
  CHECK(tokens.remaining == 0.75);
  CHECK(tokens.resets_at_unix_ms == kNow + 60'000);
  CHECK_FALSE(tokens.is_exhausted);
  CHECK(tokens.raw == "limit 40000, remaining 30000, reset 2026-09-11T14:46:20Z");
  CHECK(meaning(evidence) == "none request -");
}

TEST_CASE("a missing remaining fraction is not zero", "[evidence][anthropic]") {
  const Evidence evidence = read(200, {{"anthropic-ratelimit-tokens-limit", "40000"},
                                       {"anthropic-ratelimit-tokens-reset", "2026-09-11T14:46:20Z"},
                                       {"anthropic-ratelimit-unified-5h-reset", "1789144541"},
                                       {"x-ratelimit-remaining-requests", "17"},
                                       {"x-ratelimit-reset-requests", "1s"}});

  const Statement& tokens = said(evidence, "header anthropic-ratelimit-tokens-*");
  const Statement& window = said(evidence, "header anthropic-ratelimit-unified-5h-*");
  const Statement& requests = said(evidence, "header x-ratelimit-*-requests");
  CHECK_FALSE(tokens.remaining.has_value());
  CHECK_FALSE(tokens.is_exhausted);
  CHECK_FALSE(window.remaining.has_value());
  CHECK_FALSE(window.is_exhausted);
  CHECK_FALSE(requests.remaining.has_value());
  CHECK_FALSE(requests.is_exhausted);
}

TEST_CASE("a rate limit of an API key is the model's and as long as Retry-After says",
          "[evidence][anthropic]") {
  const Evidence evidence =
      read(429,
           {{"retry-after", "12"},
            {"anthropic-ratelimit-input-tokens-limit", "40000"},
            {"anthropic-ratelimit-input-tokens-remaining", "0"},
            {"anthropic-ratelimit-input-tokens-reset", "2026-09-11T14:46:20Z"}},
           kRateLimit);

  CHECK(meaning(evidence) == "rate model 12s");
  CHECK(waits_for(evidence) == "header retry-after");
  CHECK(said(evidence, "header retry-after").raw == "12");
  CHECK(evidence.code == "rate_limit_error");
}

TEST_CASE("without Retry-After the latest reset of the limits that are used up counts",
          "[evidence][anthropic]") {
  const Evidence evidence =
      read(429,
           {{"anthropic-ratelimit-requests-limit", "50"},
            {"anthropic-ratelimit-requests-remaining", "0"},
            {"anthropic-ratelimit-requests-reset", "2026-09-11T14:45:30Z"},
            {"anthropic-ratelimit-output-tokens-limit", "8000"},
            {"anthropic-ratelimit-output-tokens-remaining", "0"},
            {"anthropic-ratelimit-output-tokens-reset", "2026-09-11T14:45:50Z"},
            {"anthropic-ratelimit-input-tokens-limit", "40000"},
            {"anthropic-ratelimit-input-tokens-remaining", "1"},
            {"anthropic-ratelimit-input-tokens-reset", "2026-09-11T14:50:00Z"}},
           kRateLimit);

  CHECK(meaning(evidence) == "rate model 30s");
  CHECK(waits_for(evidence) == "header anthropic-ratelimit-output-tokens-*");
}

TEST_CASE("the five hours of a subscription are the account's", "[evidence][anthropic]") {
  const Evidence evidence = read(429,
                                 {{"anthropic-ratelimit-unified-status", "rejected"},
                                  {"anthropic-ratelimit-unified-5h-status", "rejected"},
                                  {"anthropic-ratelimit-unified-5h-reset", "1789144541"},
                                  {"anthropic-ratelimit-unified-5h-utilization", "1.04"},
                                  {"anthropic-ratelimit-unified-7d-status", "allowed"},
                                  {"anthropic-ratelimit-unified-7d-reset", "1789500000"},
                                  {"anthropic-ratelimit-unified-7d-utilization", "0.25"},
                                  {"anthropic-ratelimit-unified-representative-claim", "five_hour"},
                                  {"anthropic-ratelimit-unified-reset", "1789144541"}},
                                 kRateLimit);

  CHECK(meaning(evidence) == "quota account 6621s");
  CHECK(waits_for(evidence) == "header anthropic-ratelimit-unified-5h-*");
  CHECK(said(evidence, "header anthropic-ratelimit-unified-5h-*").remaining == 0.0);
  CHECK(said(evidence, "header anthropic-ratelimit-unified-7d-*").window == Window::kWeek);
  CHECK(said(evidence, "header anthropic-ratelimit-unified-7d-*").remaining == 0.75);
}

TEST_CASE("the reset of the whole status does not outlast the window that is used up",
          "[evidence][anthropic]") {
  const Evidence evidence = read(429,
                                 {{"anthropic-ratelimit-unified-status", "rejected"},
                                  {"anthropic-ratelimit-unified-5h-status", "rejected"},
                                  {"anthropic-ratelimit-unified-5h-reset", "1789144541"},
                                  {"anthropic-ratelimit-unified-7d-status", "allowed"},
                                  {"anthropic-ratelimit-unified-7d-reset", "1789500000"},
                                  {"anthropic-ratelimit-unified-representative-claim", "seven_day"},
                                  {"anthropic-ratelimit-unified-reset", "1789500000"}},
                                 kRateLimit);

  CHECK(meaning(evidence) == "quota account 6621s");
}

TEST_CASE("of two windows that are used up the later one counts, also after a Retry-After",
          "[evidence][anthropic]") {
  const Evidence evidence = read(429,
                                 {{"retry-after", "6621"},
                                  {"anthropic-ratelimit-unified-status", "rejected"},
                                  {"anthropic-ratelimit-unified-5h-status", "rejected"},
                                  {"anthropic-ratelimit-unified-5h-reset", "1789144541"},
                                  {"anthropic-ratelimit-unified-7d-status", "rejected"},
                                  {"anthropic-ratelimit-unified-7d-reset", "1789500000"}},
                                 kRateLimit);

  CHECK(meaning(evidence) == "quota account 362080s");
  CHECK(waits_for(evidence) == "header anthropic-ratelimit-unified-7d-*");
}

TEST_CASE("a week of one model, used up, leaves the account's other models alone",
          "[evidence][anthropic]") {
  const Evidence evidence = read(429,
                                 {{"retry-after", "51811"},
                                  {"anthropic-ratelimit-unified-5h-status", "allowed"},
                                  {"anthropic-ratelimit-unified-5h-utilization", "0.0"},
                                  {"anthropic-ratelimit-unified-7d-status", "allowed_warning"},
                                  {"anthropic-ratelimit-unified-7d-utilization", "0.94"},
                                  {"anthropic-ratelimit-unified-7d_oi-status", "rejected"},
                                  {"anthropic-ratelimit-unified-7d_oi-reset", "1789189731"},
                                  {"anthropic-ratelimit-unified-7d_oi-utilization", "1.0"},
                                  {"anthropic-ratelimit-unified-reset", "1789189731"},
                                  {"anthropic-ratelimit-unified-status", "rejected"}},
                                 kRateLimit);

  CHECK(meaning(evidence) == "quota model 51811s");
  CHECK(said(evidence, "header anthropic-ratelimit-unified-7d_oi-*").limit == "7d_oi");
}

TEST_CASE("the used up week of a model that was not asked says nothing", "[evidence][anthropic]") {
  const std::initializer_list<net::Header> headers = {
      {"anthropic-ratelimit-unified-status", "allowed"},
      {"anthropic-ratelimit-unified-7d_opus-status", "rejected"},
      {"anthropic-ratelimit-unified-7d_opus-reset", "1789500000"}};

  CHECK(meaning(read(200, headers)) == "none request -");
  CHECK(meaning(read(429, headers, kRateLimit)) == "rate model -");
}

TEST_CASE("a full window is open as long as its status says so", "[evidence][anthropic]") {
  const Evidence evidence =
      read(200, {{"anthropic-ratelimit-unified-status", "allowed"},
                 {"anthropic-ratelimit-unified-5h-status", "allowed"},
                 {"anthropic-ratelimit-unified-5h-utilization", "1.02"},
                 {"anthropic-ratelimit-unified-5h-reset", "1789144541"},
                 {"anthropic-ratelimit-unified-overage-status", "rejected"},
                 {"anthropic-ratelimit-unified-overage-reset", "1789500000"},
                 {"anthropic-ratelimit-unified-overage-disabled-reason", "org_level_disabled"}});

  CHECK(evidence.statements.size() == 1);
  CHECK(meaning(evidence) == "none request -");
}

TEST_CASE("a whole status that warns is not one that refuses", "[evidence][anthropic]") {
  const Evidence evidence = read(429,
                                 {{"anthropic-ratelimit-unified-status", "allowed_warning"},
                                  {"anthropic-ratelimit-unified-representative-claim", "seven_day"},
                                  {"anthropic-ratelimit-unified-reset", "1789500000"}},
                                 kRateLimit);

  CHECK(meaning(evidence) == "rate model -");
}

TEST_CASE("when only the whole status is told, its claim names the window",
          "[evidence][anthropic]") {
  const Evidence week = read(429,
                             {{"anthropic-ratelimit-unified-status", "rejected"},
                              {"anthropic-ratelimit-unified-representative-claim", "seven_day"},
                              {"anthropic-ratelimit-unified-reset", "1789500000"}},
                             kRateLimit);
  const Evidence model =
      read(429,
           {{"anthropic-ratelimit-unified-status", "rejected"},
            {"anthropic-ratelimit-unified-representative-claim", "seven_day_opus"},
            {"anthropic-ratelimit-unified-reset", "2026-09-15T19:20:00Z"}},
           kRateLimit);

  CHECK(meaning(week) == "quota account 362080s");
  CHECK(meaning(model) == "quota model 362080s");
}

TEST_CASE("refusals of Anthropic are told apart", "[evidence][anthropic]") {
  const auto error = [](int status, const std::string& type, const std::string& message) {
    return meaning(read(status, {},
                        R"({"type":"error","error":{"type":")" + type + R"(","message":")" +
                            message + R"("},"request_id":"req_011CcR9mkMvXdaiWP4739PSN"})"));
  };

  CHECK(error(529, "overloaded_error", "Overloaded") == "capacity model -");
  CHECK(error(429, "overloaded_error", "Overloaded") == "capacity model -");
  CHECK(error(401, "authentication_error", "invalid x-api-key") == "credential account -");
  CHECK(error(403, "permission_error", "not for you") == "forbidden account -");
  CHECK(error(404, "not_found_error", "model: claude-x") == "not_found model -");
  CHECK(error(413, "request_too_large", "Request exceeds the maximum size") ==
        "too_large request -");
  CHECK(error(500, "api_error", "Internal server error") == "server request -");
  CHECK(error(400, "invalid_request_error", "max_tokens: must be at least 1") == "other request -");
  CHECK(error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum") ==
        "too_large request -");
  CHECK(error(400, "invalid_request_error",
              "Your credit balance is too low to access the Anthropic API. Please go to Plans & "
              "Billing to upgrade or purchase credits.") == "billing account -");
  CHECK(error(400, "invalid_request_error", "This organization has been disabled.") ==
        "credential account -");
  CHECK(error(429, "rate_limit_error", "Extra usage is required for long context requests.") ==
        "too_large request -");
  CHECK(error(400, "invalid_request_error",
              "You have reached your specified API usage limits. You will regain access on "
              "2026-10-01 at 00:00 UTC.") == "quota account 1674880s");
}

TEST_CASE("a message that repeats the request does not make it a limit", "[evidence][anthropic]") {
  CHECK(
      meaning(read(400, {},
                   R"({"type":"error","error":{"type":"invalid_request_error","message":)"
                   R"("messages.3: unexpected \"rate limit\", try again in 5s, overloaded"}})")) ==
      "other request -");
}

TEST_CASE("a spend limit is not waited for, whatever Retry-After says", "[evidence][anthropic]") {
  const Evidence evidence = read(429, {{"retry-after", "1"}},
                                 R"({"error":{"type":"rate_limit_error","message":"spend limit",)"
                                 R"("details":{"error_code":"enforced_spend_limit_reached"}}})");

  CHECK(meaning(evidence) == "billing account -");
  CHECK(evidence.code == "enforced_spend_limit_reached");
}

}  // namespace abv::account
